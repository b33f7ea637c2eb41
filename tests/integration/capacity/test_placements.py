from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from contracts import capacity
from contracts.vocabulary import DeclineReason, StayEndReason, Urgency
from services.capacity import handlers, sweeps
from services.capacity.domain.errors import OfferGone
from services.capacity.handlers import working
from shared.db import UnitOfWork
from shared.sweeper import Sweep
from shared.testing import TestClock
from tests.integration.capacity.playing import (
    TRACEPARENT,
    a_patient,
    accept,
    admit,
    ask,
    fill_up,
    follow,
    live_offer,
    rows,
    state,
    told,
    value,
    wanted,
)
from tests.unit.capacity.world import ANA, a_man

EVENTS = {model.ce_type.split(".")[2]: model for model in capacity.EVENTS}
COUNTS = "SELECT total, out_of_service, occupied, reserved, held, free, waiting FROM service_count"


async def published(uow: UnitOfWork, case_id: UUID) -> list[Any]:
    """The events about a case, as others parse them."""
    found = await rows(uow, "SELECT value FROM outbox WHERE key = $1 ORDER BY id", str(case_id))
    pairs = zip(await told(uow, case_id), found, strict=True)
    return [EVENTS[name].model_validate_json(row["value"]) for name, row in pairs]


async def counts(uow: UnitOfWork, row: str) -> dict[str, Any]:
    (found,) = await rows(uow, f"{COUNTS} JOIN service ON id = service_id WHERE row = $1", row)
    return found


async def sweep(uow: UnitOfWork, sweep: Sweep) -> int:
    """Everything that is due, once; how much it was."""
    ids = await sweep.due(uow.pool, uow.clock.now())  # type: ignore[arg-type]
    for each in ids:
        async with uow.begin() as tx:
            await sweep.fire(tx, each, uow.clock)
    return len(ids)


OFFER_EXPIRY, LATE_ARRIVAL, _, SEARCH_AGAIN, FORGOTTEN = sweeps.SWEEPS


async def test_a_person_is_offered_a_place_accepted_admitted_and_discharged(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    assert (await counts(uow, "S2-15"))["held"] == 1
    stay_id = await admit(uow, case_id)
    assert (await counts(uow, "S2-15"))["occupied"] == 1
    async with uow.begin() as tx:
        await handlers.discharge(tx, stay_id, StayEndReason.DISCHARGED_HOME, ANA, uow.clock)
    assert await state(uow, case_id) == "ended"
    assert await counts(uow, "S2-15") == {
        "total": 35,
        "out_of_service": 0,
        "occupied": 0,
        "reserved": 0,
        "held": 0,
        "free": 35,
        "waiting": 0,
    }
    assert await told(uow, case_id) == ["ReferralOffered", "ReferralAccepted", "PersonAdmitted", "PersonDischarged"]


async def test_every_event_carries_the_state_right_after_its_fact_and_the_trace_of_the_request(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    await admit(uow, case_id)
    events = await published(uow, case_id)
    assert [event.placement.state for event in events] == ["offered", "reserved", "placed"]
    assert [event.placement.stay.state for event in events] == ["held", "reserved", "occupied"]
    headers = [
        dict(row["headers"]) for row in await rows(uow, "SELECT headers FROM outbox WHERE key = $1", str(case_id))
    ]
    assert {(h["ce_correlationid"], h["traceparent"]) for h in headers} == {("report-1", TRACEPARENT)}
    assert sorted(int(h["ce_sequence"]) for h in headers) == [1, 2, 3]


async def test_a_confidential_offer_names_nobody_outside(uow: UnitOfWork) -> None:
    girl = a_patient(target="trafficked-child", codes=("8790 CR-C-I",), person=a_man(age=15))
    case_id = await ask(uow, girl)
    (offered,) = await published(uow, case_id)
    service = offered.offer.service
    assert service.service_id == await value(uow, "SELECT alias FROM service WHERE row = 'S2-11'")
    assert (service.row, service.name, service.authority, service.confidential) == (None, None, None, True)


async def test_a_freed_place_is_offered_in_the_transaction_that_frees_it(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    stay_id = await admit(uow, await ask(uow))
    first, second = await ask(uow), await ask(uow)
    assert (await counts(uow, "S2-15"))["waiting"] == 2
    tx = uow.pool.acquire()
    async with tx as connection:
        transaction = connection.transaction()
        await transaction.start()
        await handlers.discharge(connection, stay_id, StayEndReason.LEFT_ON_OWN, ANA, uow.clock)
        assert await connection.fetchval("SELECT state FROM placement WHERE case_id = $1", first) == "offered"
        await transaction.rollback()
    assert (await state(uow, first), await state(uow, second)) == ("waiting", "waiting")


async def test_a_full_service_keeps_a_waiting_list_in_its_order(uow: UnitOfWork, clock: TestClock) -> None:
    await fill_up(uow, "S2-15")
    late = a_patient(urgency=Urgency.U1)
    cases = [await ask(uow, request) for request in (a_patient(), a_patient(), late)]
    positions = [(await published(uow, case_id))[-1] for case_id in cases]
    assert [type(event).__name__ for event in positions] == [*["PlacementWaitlisted"] * 2, "PlacementNeedsPerson"]
    assert [event.position for event in positions[:2]] == [1, 2]
    residents = [row["id"] for row in await rows(uow, "SELECT id FROM stay WHERE case_id IS NULL LIMIT 3")]
    for resident, expected in zip(residents, (cases[2], cases[0], cases[1]), strict=True):
        async with uow.begin() as tx:
            await handlers.discharge(tx, resident, StayEndReason.LEFT_ON_OWN, ANA, uow.clock)
        assert await state(uow, expected) == "offered"


async def test_silence_ends_an_offer_and_a_day_later_the_center_is_asked_again(
    uow: UnitOfWork, clock: TestClock
) -> None:
    case_id = await ask(uow)
    assert await sweep(uow, OFFER_EXPIRY) == 0
    clock.advance(timedelta(hours=4))
    assert await sweep(uow, OFFER_EXPIRY) == 1
    assert await sweep(uow, OFFER_EXPIRY) == 0
    assert await told(uow, case_id) == ["ReferralOffered", "ReferralExpired", "PlacementNeedsPerson"]
    clock.advance(timedelta(hours=23))
    assert await sweep(uow, SEARCH_AGAIN) == 0
    clock.advance(timedelta(hours=1))
    assert await sweep(uow, SEARCH_AGAIN) == 1
    assert await state(uow, case_id) == "offered"


async def test_the_last_offer_is_that_of_the_last_round_though_a_clock_went_back(
    uow: UnitOfWork, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = count(1_000, -1)
    monkeypatch.setattr(working, "uuid7", lambda: UUID(int=next(ids)))
    case_id = await ask(uow)
    clock.advance(timedelta(hours=4))
    await sweep(uow, OFFER_EXPIRY)
    clock.advance(timedelta(hours=24))
    await sweep(uow, SEARCH_AGAIN)
    await follow(uow, wanted(None, case_id))
    assert (await told(uow, case_id))[-2:] == ["ReferralOffered", "ReferralWithdrawn"]
    assert (await counts(uow, "S2-15"))["free"] == 35


async def test_a_late_arrival_asks_a_person_once_and_the_place_stays_reserved(
    uow: UnitOfWork, clock: TestClock
) -> None:
    case_id = await ask(uow)
    stay_id = await accept(uow, case_id)
    assert await sweep(uow, LATE_ARRIVAL) == 0
    clock.advance(timedelta(hours=24))
    assert await sweep(uow, LATE_ARRIVAL) == 1
    assert await sweep(uow, LATE_ARRIVAL) == 0
    assert await told(uow, case_id) == ["ReferralOffered", "ReferralAccepted", "PlacementNeedsPerson"]
    assert (await counts(uow, "S2-15"))["reserved"] == 1
    async with uow.begin() as tx:
        await handlers.admit(tx, stay_id, ANA, uow.clock)
    assert await state(uow, case_id) == "placed"


async def test_an_overdue_offer_may_be_accepted_until_the_sweeper_was_there(uow: UnitOfWork, clock: TestClock) -> None:
    case_id = await ask(uow)
    offer_id = await live_offer(uow, case_id)
    clock.advance(timedelta(hours=5))
    await accept(uow, case_id)
    async with uow.begin() as tx:
        await handlers.expire(tx, offer_id, uow.clock)
    assert await state(uow, case_id) == "reserved"


async def test_an_expired_offer_is_gone(uow: UnitOfWork, clock: TestClock) -> None:
    case_id = await ask(uow)
    offer_id = await live_offer(uow, case_id)
    clock.advance(timedelta(hours=5))
    await sweep(uow, OFFER_EXPIRY)
    with pytest.raises(OfferGone):
        async with uow.begin() as tx:
            await handlers.accept(tx, offer_id, ANA, uow.clock)


async def test_a_place_that_is_not_there_leaves_the_count_of_free_places(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    async with uow.begin() as tx:
        offer_id = await live_offer(uow, case_id)
        await handlers.decline(tx, offer_id, DeclineReason.NO_PLACE, "plouă înăuntru", by=ANA, clock=uow.clock)
    found = await counts(uow, "S2-15")
    assert (found["free"], found["out_of_service"], found["held"]) == (34, 1, 0)


async def test_a_note_of_a_center_is_not_published(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    async with uow.begin() as tx:
        offer_id = await live_offer(uow, case_id)
        await handlers.decline(tx, offer_id, DeclineReason.OTHER, "canar-77", by=ANA, clock=uow.clock)
    assert await value(uow, "SELECT count(*) FROM outbox WHERE position('canar-77'::bytea in value) > 0") == 0


async def test_messages_in_any_order_and_number_end_in_the_same_state(uow: UnitOfWork) -> None:
    asked, cancelled = wanted(a_patient(), sequence=4), None
    cancelled = wanted(None, asked.case_id, sequence=5)
    await follow(uow, cancelled)
    await follow(uow, asked, asked)
    await follow(uow, cancelled, asked)
    assert await state(uow, asked.case_id) == "cancelled"
    assert await told(uow, asked.case_id) == []
    assert await value(uow, "SELECT count(*) FROM stay") == 0


async def test_a_request_and_its_cancellation_in_one_batch_leave_the_place_free(uow: UnitOfWork) -> None:
    asked = wanted(a_patient())
    await follow(uow, asked, wanted(None, asked.case_id))
    assert await told(uow, asked.case_id) == ["ReferralOffered", "ReferralWithdrawn"]
    assert (await counts(uow, "S2-15"))["free"] == 35


async def test_a_batch_takes_the_last_places_in_its_order(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=2)
    batch = [wanted(a_patient()) for _ in range(4)]
    await follow(uow, *batch)
    assert [await state(uow, each.case_id) for each in batch] == ["offered", "offered", "waiting", "waiting"]
    await follow(uow, *(wanted(None, each.case_id) for each in batch[:2]))
    assert [await state(uow, each.case_id) for each in batch] == ["cancelled", "cancelled", "offered", "offered"]


async def test_a_forgotten_free_place_is_counted_logged_and_offered(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15")
    waiter = await ask(uow)
    assert await sweep(uow, FORGOTTEN) == 0
    assert sweeps.FORGOTTEN._value.get() == 0
    await uow.pool.execute(
        "WITH gone AS (UPDATE stay SET state = 'ended', ended_at = now(), end_reason = 'data-error'"
        " WHERE id = (SELECT id FROM stay WHERE case_id IS NULL LIMIT 1) RETURNING place_id)"
        " UPDATE place SET free_since = now() FROM gone WHERE id = place_id"
    )
    assert await sweep(uow, FORGOTTEN) == 1
    assert await state(uow, waiter) == "offered"
    assert await sweep(uow, FORGOTTEN) == 0


async def test_the_explanation_of_every_search_is_kept(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    (search,) = await rows(uow, "SELECT round, explanation FROM search WHERE case_id = $1", case_id)
    (service,) = search["explanation"]["services"]
    assert (search["round"], service["row"], service["verdict"]) == (1, "S2-15", "chosen")
    assert search["explanation"]["directory"] == await value(uow, "SELECT version FROM directory")
