from uuid import UUID

from contracts.vocabulary import StayEndReason
from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.domain.request import Request
from services.capacity.store import due
from shared.db import UnitOfWork
from shared.ids import uuid7
from tests.integration.capacity.playing import a_patient, ask, fill_up, live_offer, rows, state
from tests.integration.conftest import Api
from tests.unit.capacity.world import ANA, a_man

CENTER = identity("center", "S2-15")
UNIT = identity("unit", "S2-15/1")


def couple(names: tuple[str, str] = ("Canar Ion", "Canar Ana")) -> Request:
    return a_patient(*(a_man(person_id=uuid7(), name=name) for name in names))


async def residents(uow: UnitOfWork, count: int) -> list[UUID]:
    found = await rows(uow, "SELECT id FROM stay WHERE state = 'occupied' ORDER BY id LIMIT $1", count)
    return [row["id"] for row in found]


async def leave(uow: UnitOfWork, stay_id: UUID) -> None:
    async with uow.begin() as tx:
        await handlers.discharge(tx, stay_id, StayEndReason.LEFT_ON_OWN, ANA, uow.clock)


async def passed_over(api: Api, case_id: UUID) -> int:
    return int((await api("caseworker", "S2").get(f"/api/placements/{case_id}")).json()["passed_over"])


async def forgotten(uow: UnitOfWork) -> list[UUID]:
    async with uow.begin() as tx:
        return await due.units_with_forgotten_places(tx, uow.clock.now())


async def test_everybody_of_a_party_has_a_place_of_his_own(uow: UnitOfWork) -> None:
    request = couple()
    case_id = await ask(uow, request)
    held = await rows(uow, "SELECT DISTINCT place_id, person_id FROM stay WHERE case_id = $1", case_id)
    assert len({row["place_id"] for row in held}) == 2
    assert {row["person_id"] for row in held} == {person.person_id for person in request.party}


async def test_one_free_place_is_nothing_for_two_and_is_not_forgotten(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await ask(uow, couple())
    assert await state(uow, case_id) == "waiting"
    assert await forgotten(uow) == []
    (resident,) = await residents(uow, 1)
    await leave(uow, resident)
    assert await state(uow, case_id) == "offered"
    assert await forgotten(uow) == []


async def test_two_free_places_with_a_couple_waiting_are_forgotten(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await ask(uow, couple())
    await uow.pool.execute(
        "UPDATE place SET free_since = now() WHERE id = (SELECT id FROM place WHERE unit_id = $1"
        " AND free_since IS NULL LIMIT 1)",
        UNIT,
    )
    assert await forgotten(uow) == [UNIT]
    await uow.pool.execute("DELETE FROM stay USING place WHERE place_id = place.id AND free_since IS NOT NULL")
    async with uow.begin() as tx:
        await handlers.fill(tx, UNIT, uow.clock)
    assert await state(uow, case_id) == "offered"


async def test_many_couples_hide_nobody_who_is_alone(uow: UnitOfWork, api: Api) -> None:
    """However many are passed over, the first who fits is found; each of them is counted."""
    await fill_up(uow, "S2-15")
    couples = [await ask(uow, couple()) for _ in range(5)]
    alone = await ask(uow)
    (resident,) = await residents(uow, 1)
    await leave(uow, resident)
    assert await state(uow, alone) == "offered"
    assert [await passed_over(api, case_id) for case_id in couples] == [1] * 5
    assert {await state(uow, case_id) for case_id in couples} == {"waiting"}


async def test_a_center_sees_the_whole_party_and_each_ones_stay(uow: UnitOfWork, api: Api) -> None:
    case_id = await ask(uow, couple())
    clinic = api("center_staff", centers=["S2-15"])
    accepted = (await clinic.post(f"/api/offers/{await live_offer(uow, case_id)}/accept")).json()
    assert [member["name"] for member in accepted["party"]] == ["Canar Ion", "Canar Ana"]
    stays = [member["stay_id"] for member in accepted["party"]]
    assert len(set(stays)) == 2
    for stay_id in stays:
        assert (await clinic.post(f"/api/stays/{stay_id}/admit")).status_code == 200
    items = (await clinic.get(f"/api/services/{identity('service', 'S2-15')}/places")).json()["items"]
    there = {place["stay_id"]: place["person"]["name"] for place in items if place["person"]}
    assert there == dict(zip(stays, ["Canar Ion", "Canar Ana"], strict=True))
    listed = (await clinic.get(f"/api/centers/{CENTER}/offers")).json()["items"]
    assert [offer["case_id"] for offer in listed] == [str(case_id)]
