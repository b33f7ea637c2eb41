"""Places that are out of service for a while, centers that take nobody for a while, people who are away for a while."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.vocabulary import OutOfService, Urgency
from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.store import due
from shared.db import UnitOfWork
from shared.testing import TestClock
from tests.integration.capacity.playing import (
    a_patient,
    accept,
    admit,
    ask,
    fill_up,
    live_offer,
    open_door,
    rows,
    state,
    told,
    value,
)
from tests.integration.conftest import Api
from tests.unit.capacity.world import ANA

SERVICE = identity("service", "S2-15")
LAST = identity("place", "S2-15/1/35")
COUNTS = "SELECT total, out_of_service, occupied, free FROM service_count WHERE service_id = $1"


async def put_out(uow: UnitOfWork, place_id: UUID, days: int | None = None) -> None:
    until = None if days is None else uow.clock.now() + timedelta(days=days)
    async with uow.begin() as tx:
        await handlers.put_out_of_service(
            tx, place_id, OutOfService.REPAIR, until, "Geam spart.", by=ANA, clock=uow.clock
        )


async def counts(uow: UnitOfWork) -> dict[str, Any]:
    (found,) = await rows(uow, COUNTS, SERVICE)
    return found


async def changes(uow: UnitOfWork) -> list[tuple[Any, ...]]:
    return [
        tuple(row.values())
        for row in await rows(uow, "SELECT before, after, changed_by->>'name' FROM change ORDER BY id")
    ]


async def accepts_referrals(uow: UnitOfWork) -> bool:
    return bool(await value(uow, "SELECT accepts_referrals FROM service WHERE id = $1", SERVICE))


async def test_a_place_out_of_service_is_offered_to_nobody_until_it_is_back(uow: UnitOfWork) -> None:
    await put_out(uow, LAST)
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await ask(uow)
    assert await state(uow, case_id) == "waiting"
    assert await counts(uow) == {"total": 35, "out_of_service": 1, "occupied": 34, "free": 0}
    async with uow.begin() as tx:
        await handlers.return_to_service(tx, LAST, ANA, uow.clock)
    assert await state(uow, case_id) == "offered"
    assert [who for _, _, who in await changes(uow)] == ["Ana Pop", "Ana Pop"]


async def test_a_place_comes_back_by_itself_on_its_day(uow: UnitOfWork, clock: TestClock) -> None:
    await put_out(uow, LAST, days=2)
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await ask(uow)
    clock.advance(timedelta(days=1))
    assert await due.places_due_back(uow.pool, clock.now()) == []  # type: ignore[arg-type]
    clock.advance(timedelta(days=1))
    assert await due.places_due_back(uow.pool, clock.now()) == [LAST]  # type: ignore[arg-type]
    async with uow.begin() as tx:
        await handlers.bring_back(tx, LAST, clock)
    assert await state(uow, case_id) == "offered"


async def test_a_day_that_was_put_off_brings_nothing_back(uow: UnitOfWork, clock: TestClock) -> None:
    await put_out(uow, LAST, days=2)
    clock.advance(timedelta(days=2))
    await put_out(uow, LAST, days=5)
    async with uow.begin() as tx:
        await handlers.bring_back(tx, LAST, clock)
    assert (await counts(uow))["out_of_service"] == 1


async def test_a_taken_place_goes_out_of_service_when_it_is_left(uow: UnitOfWork) -> None:
    stay_id = await admit(uow, await ask(uow))
    place_id = await value(uow, "SELECT place_id FROM stay WHERE id = $1", stay_id)
    await put_out(uow, place_id)
    assert await counts(uow) == {"total": 35, "out_of_service": 0, "occupied": 1, "free": 34}
    async with uow.begin() as tx:
        await handlers.discharge(tx, stay_id, "discharged-home", ANA, uow.clock)  # type: ignore[arg-type]
    assert await counts(uow) == {"total": 35, "out_of_service": 1, "occupied": 0, "free": 34}


async def test_a_closed_center_is_asked_nothing_and_when_it_opens_whoever_searches_is_looked_at(
    uow: UnitOfWork,
) -> None:
    await open_door(uow, "S2-15", accepts=False)
    case_id = await ask(uow)
    assert await state(uow, case_id) == "needs-person"
    reasons = await value(uow, "SELECT value FROM outbox WHERE key = $1 ORDER BY id DESC LIMIT 1", str(case_id))
    assert b"closed-to-referrals" in reasons
    assert b"telephone-center" in reasons
    await open_door(uow, "S2-15", accepts=True)
    assert await state(uow, case_id) == "offered"


async def test_who_waits_for_a_center_that_closes_waits_no_longer_there_and_keeps_his_rank(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15")
    first, second = await ask(uow), await ask(uow)
    since = await value(uow, "SELECT waiting_since FROM placement WHERE case_id = $1", first)
    await open_door(uow, "S2-15", accepts=False)
    assert await value(uow, "SELECT count(*) FROM waiting") == 0
    await open_door(uow, "S2-15", accepts=True)
    assert [await state(uow, case_id) for case_id in (first, second)] == ["waiting", "waiting"]
    assert await value(uow, "SELECT waiting_since FROM placement WHERE case_id = $1", first) == since


async def test_a_live_offer_outlives_the_closing(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    await open_door(uow, "S2-15", accepts=False)
    await ask(uow, a_patient(urgency=Urgency.U3), case_id)
    await accept(uow, case_id)
    assert await state(uow, case_id) == "reserved"


async def let_expire(uow: UnitOfWork, clock: TestClock, case_id: UUID) -> None:
    offer_id = await live_offer(uow, case_id)
    clock.advance(timedelta(days=4))
    async with uow.begin() as tx:
        await handlers.expire(tx, offer_id, clock)


async def test_a_center_that_lets_three_offers_in_a_row_expire_is_asked_no_more(
    uow: UnitOfWork, clock: TestClock
) -> None:
    for expected in (True, True, False):
        await let_expire(uow, clock, await ask(uow))
        assert await accepts_referrals(uow) == expected
    assert await changes(uow) == [({"accepts_referrals": True}, {"accepts_referrals": False}, "Punte")]
    case_id = await ask(uow)
    assert await told(uow, case_id) == ["PlacementNeedsPerson"]


async def test_an_answer_between_them_makes_three_silences_no_row(uow: UnitOfWork, clock: TestClock) -> None:
    for _ in range(2):
        await let_expire(uow, clock, await ask(uow))
        await let_expire(uow, clock, await ask(uow))
        await accept(uow, await ask(uow))
    assert await accepts_referrals(uow)


async def test_who_is_opened_again_has_three_silences_anew(uow: UnitOfWork, clock: TestClock) -> None:
    for _ in range(3):
        await let_expire(uow, clock, await ask(uow))
    clock.advance(timedelta(minutes=1))
    await open_door(uow, "S2-15", accepts=True)
    await let_expire(uow, clock, await ask(uow))
    assert await accepts_referrals(uow)


async def test_who_is_away_keeps_the_place(uow: UnitOfWork, api: Api) -> None:
    stay_id = await admit(uow, await ask(uow))
    clinic = api("center_staff", centers=["S2-15"])
    assert (await clinic.post(f"/api/stays/{stay_id}/absent")).json()["state"] == "absent"
    assert (await clinic.post(f"/api/stays/{stay_id}/absent")).status_code == 409
    assert (await counts(uow))["occupied"] == 1
    assert (await clinic.post(f"/api/stays/{stay_id}/return")).json()["state"] == "occupied"
    await clinic.post(f"/api/stays/{stay_id}/absent")
    left = await clinic.post(f"/api/stays/{stay_id}/discharge", json={"reason": "left-on-own"})
    assert left.json()["state"] == "ended"


async def test_a_resident_may_be_away_too(uow: UnitOfWork, api: Api) -> None:
    await fill_up(uow, "S2-15", leaving=34)
    stay_id = await value(uow, "SELECT id FROM stay")
    clinic = api("center_staff", centers=["S2-15"])
    for path, expected in (("absent", "absent"), ("return", "occupied")):
        assert (await clinic.post(f"/api/stays/{stay_id}/{path}")).json()["state"] == expected


async def test_a_center_keeps_its_rooms_and_its_door_over_http(uow: UnitOfWork, api: Api) -> None:
    clinic = api("center_staff", centers=["S2-15"])
    body = {"reason": "repair", "until": "2025-01-20T08:00:00+02:00", "note": "Geam."}
    out = (await clinic.post(f"/api/places/{LAST}/out-of-service", json=body)).json()
    assert (out["state"], out["out_of_service"], out["out_until"]) == (
        "out-of-service",
        "repair",
        "2025-01-20T06:00:00Z",
    )
    back = (await clinic.post(f"/api/places/{LAST}/return-to-service")).json()
    assert (back["state"], back["out_of_service"], back["out_until"]) == ("free", None, None)
    closed = (await clinic.put(f"/api/services/{SERVICE}/accepting", json={"accepts_referrals": False})).json()
    assert closed["accepts_referrals"] is False
    assert (await api("operator").get(f"/api/services/{SERVICE}")).json()["accepts_referrals"] is False
