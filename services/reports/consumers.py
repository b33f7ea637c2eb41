"""What the reports hear of the others' events: unwrap, call a use case."""

from collections.abc import Iterator, Sequence

from contracts import triage
from contracts.vocabulary import Intake
from services.reports import handlers, store
from services.reports.domain import Step
from shared.clock import Clock
from shared.consumer import Subscriptions
from shared.db import Tx
from shared.envelope import Received

subscriptions = Subscriptions()


@subscriptions.on(*triage.EVENTS)
async def cases_changed(tx: Tx, events: Sequence[Received[triage.CaseEvent]], _: Clock) -> None:
    await handlers.follow_cases(tx, [step for event in events for step in _steps(event)])


@subscriptions.newest(*triage.EVENTS)
async def newest_of_case(tx: Tx, event: Received[triage.CaseEvent]) -> int | None:
    return await store.newest_step(tx, [step.report_id for step in _steps(event)])


def _steps(event: Received[triage.CaseEvent]) -> Iterator[Step]:
    """One case may have many reports; its calls are the hotline's."""
    envelope, case = event.envelope, event.data.case
    for source in case.sources:
        if source.kind == Intake.REPORT:
            yield Step(source.source_id, case.case_id, envelope.sequence, case.public_status, envelope.time)
