"""What capacity hears from triage: unwrap, call a use case."""

from collections.abc import Sequence

from contracts import triage
from services.capacity import handlers
from services.capacity.domain.request import Person, Request, Wanted
from services.capacity.store import reading
from shared.clock import Clock
from shared.consumer import Subscriptions
from shared.db import Tx
from shared.envelope import Received

subscriptions = Subscriptions()


@subscriptions.on(triage.PlacementRequested, triage.PlacementCancelled)
async def placements_changed(tx: Tx, events: Sequence[Received[triage.CaseEvent]], clock: Clock) -> None:
    await handlers.follow_cases(tx, [wanted(event) for event in events], clock)


@subscriptions.newest(triage.PlacementRequested, triage.PlacementCancelled)
async def newest_of_case(tx: Tx, event: Received[triage.CaseEvent]) -> int | None:
    return await reading.seen(tx, event.data.case.case_id)


def wanted(event: Received[triage.CaseEvent]) -> Wanted:
    envelope, data = event.envelope, event.data
    asked = data.request if isinstance(data, triage.PlacementRequested) else None
    return Wanted(
        case_id=data.case.case_id,
        sequence=envelope.sequence,
        authority=data.case.authority,
        urgency=asked.urgency if asked else data.case.urgency,
        request=_request(asked) if asked else None,
        correlation_id=envelope.correlation_id,
        traceparent=envelope.traceparent,
    )


def _request(asked: triage.PlacementRequest) -> Request:
    return Request(
        need=asked.need,
        target=asked.target,
        urgency=asked.urgency,
        codes=asked.codes,
        services=asked.services,
        party=tuple(map(_person, asked.party)) or (Person(),),
        sector=asked.sector,
        consent=asked.consent,
        evaluation=asked.evaluation,
        legal_act=asked.legal_act.kind if asked.legal_act else None,
        external=asked.external,
    )


def _person(member: triage.PartyMember) -> Person:
    return Person(
        person_id=member.person_id,
        name=member.name,
        age=member.age,
        age_min=member.age_min,
        age_max=member.age_max,
        sex=member.sex,
        flags=member.flags,
    )
