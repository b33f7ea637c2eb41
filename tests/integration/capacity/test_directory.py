import csv
import json
import shutil
from dataclasses import fields
from pathlib import Path
from uuid import UUID

import pytest

from contracts.capacity import ServiceCapacitySnapshot
from services.capacity import handlers
from services.capacity.domain.directory import Service, Unit, identity
from services.capacity.domain.errors import MoreThanPlaces, OccupancyEntered
from services.capacity.store import loading
from shared.db import UnitOfWork
from tests.integration.capacity.conftest import CAPACITY
from tests.integration.capacity.playing import accept, ask, fill_up, rows, state, value


async def import_from(uow: UnitOfWork, folder: Path) -> None:
    async with uow.begin() as tx:
        await handlers.import_directory(tx, folder, uow.clock)


async def test_all_rows_of_the_directory_are_there_with_their_places(uow: UnitOfWork) -> None:
    assert await value(uow, "SELECT count(*) FROM service") == 80
    assert await value(uow, "SELECT count(*) FROM center") == 80
    units = await rows(uow, "SELECT service.row, number, sex, places FROM unit JOIN service ON service.id = service_id")
    places = {(unit["row"], unit["sex"]): unit["places"] for unit in units}
    assert (places["S2-10", "m"], places["S2-10", "f"]) == (36, 12)
    assert places["S2-9", None] == 15
    assert places["S6-2", None] == 16
    assert await value(uow, "SELECT count(*) FROM place") == sum(places.values())
    assert await value(uow, "SELECT count(*) FROM place WHERE free_since IS NULL") == 0


async def test_every_service_publishes_its_counts_at_the_first_import(uow: UnitOfWork) -> None:
    published = await rows(uow, "SELECT value FROM outbox WHERE topic = 'capacity.service'")
    snapshots = [ServiceCapacitySnapshot.model_validate_json(row["value"]) for row in published]
    assert len(snapshots) == 80
    assert sum(snapshot.free for snapshot in snapshots) == await value(uow, "SELECT count(*) FROM place")


async def test_a_confidential_service_is_an_alias_outside(uow: UnitOfWork) -> None:
    published = await rows(uow, "SELECT key, convert_from(value, 'UTF8') AS text FROM outbox")
    hidden = [row for row in published if json.loads(row["text"])["service"]["confidential"]]
    assert len(hidden) == 1
    assert hidden[0]["key"] == str(await value(uow, "SELECT alias FROM service WHERE row = 'S2-11'"))
    everything = "".join(row["key"] + row["text"] for row in published)
    for secret in ("Gavroche", "S2-11", str(identity("service", "S2-11")), str(identity("center", "S2-11"))):
        assert secret not in everything


async def test_importing_the_same_files_again_changes_nothing(uow: UnitOfWork) -> None:
    before = await rows(uow, "SELECT * FROM service ORDER BY id")
    await import_from(uow, CAPACITY / "data")
    assert await rows(uow, "SELECT * FROM service ORDER BY id") == before


async def test_a_changed_directory_touches_no_stay_keeps_aliases_and_looks_at_everybody_anew(
    uow: UnitOfWork, tmp_path: Path
) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    inside = await ask(uow)
    await accept(uow, inside)
    waiter = await ask(uow)
    stays = await rows(uow, "SELECT * FROM stay ORDER BY id")
    alias = await value(uow, "SELECT alias FROM service WHERE row = 'S2-11'")

    grow(tmp_path, row_no="15", capacity="36")
    await import_from(uow, tmp_path)

    assert await value(uow, "SELECT count(*) FROM stay WHERE id = ANY ($1)", [stay["id"] for stay in stays]) == 35
    assert await rows(uow, "SELECT * FROM stay WHERE case_id IS DISTINCT FROM $1 ORDER BY id", waiter) == stays
    assert await value(uow, "SELECT alias FROM service WHERE row = 'S2-11'") == alias
    assert await state(uow, waiter) == "offered"


async def test_decisions_see_every_change_of_what_they_read_of_the_directory(uow: UnitOfWork) -> None:
    read = {"directory": ["version"], "service": columns(Service) - {"units"}, "unit": columns(Unit)}
    seen = [await revision(uow)]
    for table, names in read.items():
        for name in sorted(names):
            await uow.pool.execute(f"UPDATE {table} SET {name} = {name}")
            seen.append(await revision(uow))
    assert len(set(seen)) == len(seen)


async def test_a_count_is_no_change_of_the_directory(uow: UnitOfWork) -> None:
    before = await revision(uow)
    await uow.pool.execute("UPDATE service SET sequence = sequence + 1")
    assert await revision(uow) == before


async def test_a_changed_row_is_in_the_next_decision(uow: UnitOfWork) -> None:
    async with uow.begin() as tx:
        assert (await loading.directory(tx)).by_id[identity("service", "S2-9")].max_age != 77
        await tx.execute("UPDATE service SET max_age = 77 WHERE row = 'S2-9'")
        assert (await loading.directory(tx)).by_id[identity("service", "S2-9")].max_age == 77


async def test_a_decision_about_a_row_that_does_not_exist_is_refused(uow: UnitOfWork, tmp_path: Path) -> None:
    shutil.copytree(CAPACITY / "data", tmp_path, dirs_exist_ok=True)
    decisions = tmp_path / "directory.yaml"
    decisions.write_text(decisions.read_text().replace("rows:\n", "rows:\n  S9-1: {kind: info}\n"))
    with pytest.raises(ValueError, match="S9-1"):
        await import_from(uow, tmp_path)


async def test_opening_occupancy_is_entered_once(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=5)
    await fill_up(uow, "S2-15", leaving=5)
    assert await value(uow, "SELECT count(*) FROM stay WHERE state = 'occupied'") == 30
    with pytest.raises(OccupancyEntered):
        await fill_up(uow, "S2-15", leaving=4)


async def test_an_empty_opening_may_be_corrected_before_the_first_stay(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=35)
    await fill_up(uow, "S2-15", leaving=30)
    assert (
        await value(uow, "SELECT occupied FROM service_count JOIN service ON id = service_id WHERE row = 'S2-15'") == 5
    )


async def test_more_people_than_places_are_refused(uow: UnitOfWork) -> None:
    with pytest.raises(MoreThanPlaces) as error:
        await fill_up(uow, "S2-15", leaving=-1)
    assert error.value.free == 35


async def test_opening_occupancy_publishes_the_new_counts(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=5)
    last = await value(
        uow,
        "SELECT value FROM outbox WHERE key = $1 ORDER BY sequence DESC LIMIT 1",
        str(identity("service", "S2-15")),
    )
    snapshot = ServiceCapacitySnapshot.model_validate_json(last)
    assert (snapshot.total, snapshot.occupied, snapshot.free) == (35, 30, 5)


def columns(of: type[Service] | type[Unit]) -> set[str]:
    return {field.name for field in fields(of)}


async def revision(uow: UnitOfWork) -> UUID:
    return UUID(str(await value(uow, "SELECT revision FROM directory")))


def grow(folder: Path, row_no: str, capacity: str) -> None:
    """A copy of the directory in which one row has another capacity."""
    shutil.copytree(CAPACITY / "data", folder, dirs_exist_ok=True)
    path = folder / "centers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        changed = [row | ({"capacity": capacity} if row["row_no"] == row_no else {}) for row in reader]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(changed)
