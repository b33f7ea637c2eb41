"""Use cases of triage: load → decide → save, on a transaction they are given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.triage import arrivals, events, store
from services.triage.arrivals import Arrival
from services.triage.domain.case import Case
from services.triage.domain.errors import CaseNotFound
from services.triage.domain.values import Actor, Choice, Ending, News
from shared.auth import Who
from shared.clock import Clock
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import publish
from shared.telemetry import log

CASEWORKER = "caseworker"
"""Who decides and closes."""


async def open_cases(tx: Tx, arrived: Sequence[Arrival], clock: Clock) -> None:
    """Each source opens one case, however often it comes."""
    known = await store.known_sources(tx, [arrival.key for arrival in arrived])
    now = clock.now()
    opened: dict[tuple[str, UUID], tuple[Arrival, Case]] = {}
    for arrival in arrived:
        if arrival.key not in known and arrival.key not in opened:
            opened[arrival.key] = arrival, open_case(arrival, clock, now)
    if opened:
        await _save(tx, [case for _, case in opened.values()], now, [_row(*pair) for pair in opened.values()])


def open_case(arrival: Arrival, clock: Clock, now: datetime) -> Case:
    """The protocol assesses what arrived; the case takes it from there."""
    case = Case(
        id=uuid7(),
        authority=arrival.authority,
        opened_at=now,
        sources=(arrival.source,),
        circumstances=arrivals.circumstances(arrival.situation),
        assessment=arrivals.assessment(arrival),
        correlation_id=arrival.envelope.correlation_id,
        traceparent=arrival.envelope.traceparent,
        timers={},
    )
    case.begin(arrival.envelope.id, now, clock.due)
    return case


async def follow_placements(tx: Tx, received: Sequence[tuple[UUID, News]], clock: Clock) -> None:
    """Capacity learns of a case from our own events, so a case that is not here is none of this installation's."""
    cases = await store.lock(tx, {case_id for case_id, _ in received})
    now = clock.now()
    for case_id, news in received:
        if case := cases.get(case_id):
            case.follow(news, now)
        else:
            log.warning("placement of a case that is not here", case_id=str(case_id), event_id=str(news.event_id))
    if cases:
        await _save(tx, list(cases.values()), now)


async def decide(tx: Tx, case_id: UUID, choice: Choice, who: Who, clock: Clock) -> Case:
    case = await _one(tx, case_id, who)
    now = clock.now()
    case.decide(choice, _actor(who), now, clock.due)
    await _save(tx, [case], now)
    return case


async def close(tx: Tx, case_id: UUID, ending: Ending, who: Who, clock: Clock) -> Case:
    case = await _one(tx, case_id, who)
    now = clock.now()
    case.close(ending, _actor(who), now)
    await _save(tx, [case], now)
    return case


async def escalate(tx: Tx, case_id: UUID, clock: Clock) -> None:
    """Look again under the lock which clocks have run out, and tell of them."""
    case = (await store.lock(tx, [case_id]))[case_id]
    now = clock.now()
    case.escalate(now)
    await _save(tx, [case], now)


async def _one(tx: Tx, case_id: UUID, who: Who) -> Case:
    case = (await store.lock(tx, [case_id])).get(case_id)
    if case is None or not case.seen_by(who.authorities):
        raise CaseNotFound
    return case


def _actor(who: Who) -> Actor:
    return Actor(who.subject, who.name, CASEWORKER)


async def _save(tx: Tx, cases: Sequence[Case], now: datetime, sources: Sequence[store.SourceRow] = ()) -> None:
    await store.save(tx, cases)
    if sources:
        await store.insert_sources(tx, sources)
    await publish(tx, [event for case in cases for event in events.outgoing(case)], now)


def _row(arrival: Arrival, case: Case) -> store.SourceRow:
    return store.SourceRow(arrival.source, case.id, arrival.envelope.sequence, arrival.content, arrival.words)
