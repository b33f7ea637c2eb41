"""What the hotline hears of the others' events: unwrap, call a use case."""

from collections.abc import Iterator, Sequence

from contracts import triage
from contracts.capacity import ServiceCapacitySnapshot
from contracts.vocabulary import Intake
from services.hotline import handlers, store
from services.hotline.domain import FreePlaces, Step
from shared.clock import Clock
from shared.consumer import Subscriptions
from shared.db import Tx
from shared.envelope import Received

subscriptions = Subscriptions()


@subscriptions.on(*triage.EVENTS)
async def cases_changed(tx: Tx, events: Sequence[Received[triage.CaseEvent]], _: Clock) -> None:
    await handlers.follow_cases(tx, [step for event in events for step in _steps(event)])


@subscriptions.on(ServiceCapacitySnapshot)
async def places_changed(tx: Tx, events: Sequence[Received[ServiceCapacitySnapshot]], _: Clock) -> None:
    await handlers.follow_places(tx, [free_places(event) for event in events])


@subscriptions.newest(*triage.EVENTS)
async def newest_of_case(tx: Tx, event: Received[triage.CaseEvent]) -> int | None:
    return await store.newest_step(tx, [step.call_id for step in _steps(event)])


@subscriptions.newest(ServiceCapacitySnapshot)
async def newest_of_places(tx: Tx, event: Received[ServiceCapacitySnapshot]) -> int | None:
    return await store.newest_counts(tx, event.data.service.service_id)


def _steps(event: Received[triage.CaseEvent]) -> Iterator[Step]:
    """One case may have many calls; its reports are another service's."""
    envelope, case = event.envelope, event.data.case
    for source in case.sources:
        if source.kind == Intake.CALL:
            yield Step(source.source_id, case.case_id, envelope.sequence, case.state, case.public_status, envelope.time)


def free_places(event: Received[ServiceCapacitySnapshot]) -> FreePlaces:
    counts, service = event.data, event.data.service
    return FreePlaces(
        service_id=service.service_id,
        sequence=event.envelope.sequence,
        kind=service.kind,
        code=service.code,
        confidential=service.confidential,
        row=service.row,
        name=service.name,
        authority=service.authority,
        free=counts.free,
        waiting=counts.waiting,
        accepts_referrals=counts.accepts_referrals,
        updated_at=counts.updated_at,
    )
