"""From sources to cases and through their placements, on a real database."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from contracts import capacity, triage
from contracts.vocabulary import PlacementState, StayEndReason
from services.triage import store
from services.triage.consumers import subscriptions
from services.triage.handlers import escalate
from shared.db import UnitOfWork
from shared.envelope import Received
from shared.testing import TestClock, wait_until
from tests.integration.triage.playing import hear, names, open_case, published, referral
from tests.unit.triage.building import BEATEN_CHILD, NOW, SLEEPS_IN_FROST, WANTS_A_CLUB, call, report
from tests.unit.triage.test_news import BY, NAMELESS, OFFER, STAY, WHY

BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_a_report_flows_to_its_end(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    steps = [
        referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER),
        referral(capacity.ReferralAccepted, case_id, 2, PlacementState.RESERVED, offer=OFFER, by=BY),
        referral(capacity.PersonAdmitted, case_id, 3, PlacementState.PLACED, stay=STAY),
        referral(
            capacity.PersonDischarged, case_id, 4, PlacementState.ENDED, stay=STAY, reason=StayEndReason.DISCHARGED_HOME
        ),
    ]
    for step in steps:
        await hear(uow, step)
    events = await published(uow, case_id)
    assert [(type(event).__name__, event.case.state, event.case.public_status) for event in events] == [
        ("CaseOpened", "open", "received"),
        ("CaseTriaged", "placing", "help-being-arranged"),
        ("PlacementRequested", "placing", "help-being-arranged"),
        ("CaseStatusChanged", "placing", "help-being-arranged"),
        ("CaseStatusChanged", "placing", "help-being-arranged"),
        ("CaseStatusChanged", "placed", "help-given"),
        ("CaseClosed", "closed", "closed"),
    ]


async def test_a_whole_way_in_one_batch_is_told_step_by_step(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    await hear(
        uow,
        referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER),
        referral(capacity.PlacementWaitlisted, case_id, 2, PlacementState.WAITING, why=WHY, position=1),
    )
    assert [event.case.placement for event in (await published(uow, case_id))[-2:]] == ["offered", "waiting"]


async def test_a_source_that_comes_again_opens_no_second_case(uow: UnitOfWork) -> None:
    once, again = report(WANTS_A_CLUB), call(SLEEPS_IN_FROST)
    await hear(uow, once, again, once)
    await hear(uow, again, once)
    assert await uow.pool.fetchval("SELECT count(*) FROM case_file") == 2
    assert (await names(uow)).count("CaseOpened") == 2


async def test_of_two_that_open_the_same_source_at_once_the_second_sees_the_first_when_tried_again(
    uow: UnitOfWork,
) -> None:
    event = report(WANTS_A_CLUB)
    async with uow.begin() as first:
        await subscriptions.dispatch(first, [event], uow.clock)
        second = asyncio.create_task(hear(uow, event))
        await wait_until(lambda: uow.pool.fetchval(BLOCKED), what="the second waits for the first")
    with pytest.raises(asyncpg.UniqueViolationError):
        await second
    await hear(uow, event)
    assert await uow.pool.fetchval("SELECT count(*) FROM case_file") == 1


async def test_a_report_and_a_call_with_one_id_are_two_sources(uow: UnitOfWork) -> None:
    told, said = report(WANTS_A_CLUB), call(WANTS_A_CLUB)
    twin = said.data.call.model_copy(update={"call_id": told.data.report.report_id})
    await hear(uow, told, type(said)(said.envelope, said.data.model_copy(update={"call": twin})))
    assert await uow.pool.fetchval("SELECT count(*) FROM source") == 2


async def test_a_case_comes_back_as_it_was_saved(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(BEATEN_CHILD | {"narrative": "Plânge.", "occurred_at": NOW.isoformat()}))
    async with uow.begin() as tx:
        case = (await store.lock(tx, [case_id]))[case_id]
        await store.save(tx, [case])
        assert (await store.get(tx, [case_id]))[case_id] == case
    assert case.circumstances.occurred_at == NOW
    assert case.subject.child
    assert set(case.timers) == {"first-response", "place"}


async def test_sequences_have_no_gaps_and_carry_the_sources_trace(uow: UnitOfWork) -> None:
    event = report(WANTS_A_CLUB)
    case_id = await open_case(uow, event)
    await hear(uow, referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER))
    rows = await uow.pool.fetch("SELECT sequence, headers FROM outbox WHERE key = $1 ORDER BY id", str(case_id))
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4]
    assert {dict(row["headers"])["traceparent"] for row in rows} == {event.envelope.traceparent}
    assert {dict(row["headers"])["ce_correlationid"] for row in rows} == {"correlation"}


async def test_news_that_comes_again_enters_the_timeline_once(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    offered = referral(capacity.ReferralOffered, case_id, 2, PlacementState.OFFERED, offer=OFFER)
    older = referral(capacity.PlacementWaitlisted, case_id, 1, PlacementState.WAITING, why=WHY, position=1)
    await hear(uow, offered, offered)
    await hear(uow, older, offered)
    async with uow.begin() as tx:
        told = [entry.what for entry in await store.history(tx, case_id)]
    assert sorted(told[3:]) == ["PlacementWaitlisted", "ReferralOffered"]
    assert (await published(uow, case_id))[-1].case.placement == "offered"


async def test_the_timeline_of_a_confidential_service_names_nobody(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    offer = OFFER.model_copy(update={"service": NAMELESS})
    await hear(uow, referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=offer))
    details = await uow.pool.fetchval("SELECT details FROM case_history WHERE what = 'ReferralOffered'")
    assert set(details) == {"service_id", "code", "expires_at"}


async def test_news_of_a_case_that_is_not_here_is_left_alone(uow: UnitOfWork) -> None:
    stranger = report(WANTS_A_CLUB).data.report.report_id
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    await hear(
        uow,
        referral(capacity.ReferralOffered, stranger, 1, PlacementState.OFFERED, offer=OFFER),
        referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER),
    )
    assert await uow.pool.fetchval("SELECT count(*) FROM case_file") == 1
    assert (await published(uow, case_id))[-1].case.placement == "offered"


async def test_a_clock_is_swept_once(uow: UnitOfWork, clock: TestClock) -> None:
    case_id = await open_case(uow, report(SLEEPS_IN_FROST))
    assert await due(uow) == []
    clock.advance(timedelta(hours=1, seconds=2))
    assert await due(uow) == [case_id]
    for _ in range(2):
        async with uow.begin() as tx:
            await escalate(tx, case_id, clock)
    assert await due(uow) == []
    escalated = [event for event in await published(uow) if isinstance(event, triage.CaseEscalated)]
    assert [(event.clock, event.late_seconds) for event in escalated] == [("first-response", 2.0)]


async def test_the_longest_overdue_comes_first(uow: UnitOfWork, clock: TestClock) -> None:
    later = await open_case(uow, report(SLEEPS_IN_FROST, at=NOW + timedelta(minutes=5)))
    sooner = await open_case(uow, report(SLEEPS_IN_FROST))
    clock.advance(timedelta(hours=5))
    assert await due(uow) == [sooner, later]


async def test_a_hundred_sources_cost_no_more_statements_than_one(uow: UnitOfWork) -> None:
    batches = [[report(WANTS_A_CLUB) for _ in range(size)] for size in (1, 1, 100)]
    _, one, hundred = await statements(uow, batches)
    assert hundred == one == 6
    assert await uow.pool.fetchval("SELECT count(*) FROM case_file") == 102


async def test_a_hundred_answers_cost_no_more_statements_than_one(uow: UnitOfWork) -> None:
    await hear(uow, *(report(WANTS_A_CLUB) for _ in range(102)))
    cases = [row["id"] for row in await uow.pool.fetch("SELECT id FROM case_file")]
    answers = [referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER) for case_id in cases]
    _, one, hundred = await statements(uow, [answers[:1], answers[1:2], answers[2:]])
    assert hundred == one == 6


async def statements(uow: UnitOfWork, batches: Sequence[Sequence[Received[Any]]]) -> list[int]:
    """How many each batch costs; the first also pays for the driver's questions about types."""
    asked: list[int] = []
    seen: list[str] = []
    async with uow.pool.acquire() as connection:
        with connection.query_logger(lambda query: seen.append(query.query)):
            for batch in batches:
                seen.clear()
                async with connection.transaction():
                    await subscriptions.dispatch(connection, batch, uow.clock)
                asked.append(sum(not query.startswith(("BEGIN", "COMMIT")) for query in seen))
    return asked


async def due(uow: UnitOfWork) -> list[object]:
    async with uow.begin() as tx:
        return list(await store.due(tx, uow.clock.now()))
