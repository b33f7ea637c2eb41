"""A message of triage that was set aside comes back when the placement has moved on, or has not."""

from dataclasses import replace
from typing import Any

from contracts import triage
from services.capacity.consumers import subscriptions
from shared.consumer.replay import Outcome
from shared.db import UnitOfWork
from shared.envelope import Received
from tests.integration.capacity.playing import TRACEPARENT, rows, state, told
from tests.integration.replaying import refused, replayed
from tests.unit.capacity.test_consumers import received

REQUEST, CANCELLATION = received(triage.PlacementRequested), received(triage.PlacementCancelled)
CASE = REQUEST.data.case


def saying(event: Received[Any], sequence: int) -> Received[Any]:
    """About the same case, as that number of its events."""
    data = event.data.model_copy(update={"case": CASE})
    return Received(replace(event.envelope, sequence=sequence, traceparent=TRACEPARENT), data)


async def test_a_request_that_was_called_off_meanwhile_reserves_nothing(uow: UnitOfWork) -> None:
    request = await refused(uow, "capacity", saying(REQUEST, 7))
    async with uow.begin() as tx:
        await subscriptions.dispatch(tx, [saying(CANCELLATION, 8)], uow.clock)
    before = await rows(uow, "SELECT * FROM placement"), await rows(uow, "SELECT * FROM stay")
    assert (await replayed(uow, "capacity", subscriptions, request)).outcome is Outcome.SUPERSEDED
    assert (await rows(uow, "SELECT * FROM placement"), await rows(uow, "SELECT * FROM stay")) == before
    assert await told(uow, CASE.case_id) == []


async def test_the_newest_request_is_answered(uow: UnitOfWork) -> None:
    request = await refused(uow, "capacity", saying(REQUEST, 7))
    assert (await replayed(uow, "capacity", subscriptions, request)).outcome is Outcome.HANDLED
    assert await state(uow, CASE.case_id) == "offered"
    assert await told(uow, CASE.case_id) == ["ReferralOffered"]
