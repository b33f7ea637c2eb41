"""What happens around triage: sources arrive, capacity answers; and what it published."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts import capacity, triage
from contracts.vocabulary import PlacementState, Urgency
from services.triage.consumers import subscriptions
from shared.db import UnitOfWork
from shared.envelope import Received
from tests.unit.triage.building import envelope

PUBLISHED = {model.ce_type: model for model in triage.EVENTS}


async def hear(uow: UnitOfWork, *events: Received[Any]) -> None:
    """One batch, as the consumer hands it over after its inbox."""
    async with uow.begin() as tx:
        await subscriptions.dispatch(tx, list(events), uow.clock)


async def open_case(uow: UnitOfWork, event: Received[Any]) -> UUID:
    await hear(uow, event)
    content = event.data.report.report_id if hasattr(event.data, "report") else event.data.call.call_id
    case_id = await uow.pool.fetchval("SELECT case_id FROM source WHERE source_id = $1", content)
    assert isinstance(case_id, UUID)
    return case_id


def referral(
    model: type[capacity.ReferralEvent], case_id: UUID, sequence: int, state: PlacementState, **fact: Any
) -> Received[Any]:
    placement = capacity.Placement(
        case_id=case_id,
        authority="S2",
        state=state,
        urgency=Urgency.U4,
        round=1,
        offer=fact.get("offer"),
        stay=fact.get("stay"),
        waiting_since=None,
    )
    return Received(envelope(model.ce_type, sequence), model(placement=placement, **fact))


async def published(uow: UnitOfWork, case_id: UUID | None = None) -> Sequence[triage.CaseEvent]:
    """What is in the outbox, in its order."""
    rows = await uow.pool.fetch(
        "SELECT headers, value FROM outbox WHERE $1::text IS NULL OR key = $1 ORDER BY id",
        str(case_id) if case_id else None,
    )
    return [PUBLISHED[dict(row["headers"])["ce_type"]].model_validate_json(row["value"]) for row in rows]


async def names(uow: UnitOfWork, case_id: UUID | None = None) -> list[str]:
    return [type(event).__name__ for event in await published(uow, case_id)]
