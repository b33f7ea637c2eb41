"""Use cases of the hotline: load, decide, save, in the transaction they are given."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from contracts.situation import Reporter, Situation
from contracts.vocabulary import CallType, Urgency
from services.hotline import domain, events, store
from services.hotline.domain import Actor, Call, FreePlaces, Step
from services.hotline.lines import LINES
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import publish
from shared.pseudonym import pseudonym
from shared.telemetry import correlate, current_traceparent


async def log_call(
    tx: Tx,
    *,
    line: str,
    call_type: CallType,
    started_at: datetime,
    ended_at: datetime | None,
    situation: Situation | None,
    reporter: Reporter,
    proposed_urgency: Urgency | None,
    operator: Actor,
    hash_key: bytes,
    now: datetime,
) -> Call:
    """Keep what was said, and apart from it who said it; publish the first alone. Raises UnknownLine, LineEnded,
    CallInFuture, CallEndsBeforeStart."""
    domain.check_times(started_at, ended_at, now)
    answered = domain.line_answered(LINES, line, started_at)
    call = Call(
        call_id=uuid7(),
        line=line,
        call_type=call_type,
        authority=domain.authority_of(situation.location.present_sector if situation else None, answered),
        operator=operator,
        started_at=started_at,
        ended_at=ended_at,
        situation=situation.model_dump(mode="json") if situation else None,
        proposed_urgency=proposed_urgency,
        reporter_relation=reporter.relation,
        reporter_hash=pseudonym(hash_key, reporter.phone, reporter.email),
        traceparent=current_traceparent(),
    )
    correlate(str(call.call_id))
    await store.add(tx, call, reporter)
    await publish(tx, [events.logged(call)], now)
    return call


async def follow_cases(tx: Tx, steps: Sequence[Step]) -> None:
    """Note where the cases of our calls stand. Steps of unknown calls are none of ours."""
    await store.add_steps(tx, steps)


async def follow_places(tx: Tx, counts: Sequence[FreePlaces]) -> None:
    """Keep each service's latest counts; older ones change nothing."""
    await store.save_free_places(tx, domain.newest(counts))


async def call_and_story(
    tx: Tx, call_id: UUID, subject: str, authorities: Collection[str]
) -> tuple[Call, Reporter | None, list[Step]]:
    """The call, who spoke where the asker may know it, and how its case moved. Raises CallNotFound."""
    call = await store.find(tx, call_id)
    if call is None or not call.is_shown_to(subject, authorities):
        raise domain.CallNotFound
    reporter = await store.reporter(tx, call_id) if call.is_own_of(subject, authorities) else None
    return call, reporter, domain.history(await store.steps(tx, call_id))


async def free_places(tx: Tx, code: str | None, authorities: Collection[str]) -> list[FreePlaces]:
    """The latest counts of the services that these authorities may ask; only of that code where one is given."""
    return await store.free_places(tx, code, authorities)
