"""What triage hears of the others' events: unwrap, call a use case."""

from collections.abc import Sequence

from contracts.capacity import REFERRAL_EVENTS, ReferralEvent
from contracts.hotline import CallLogged
from contracts.reports import ReportSubmitted
from services.triage import arrivals, handlers, news, store
from shared.clock import Clock
from shared.consumer import Subscriptions
from shared.db import Tx
from shared.envelope import Received

subscriptions = Subscriptions()


@subscriptions.on(ReportSubmitted)
async def reports_submitted(tx: Tx, events: Sequence[Received[ReportSubmitted]], clock: Clock) -> None:
    await handlers.open_cases(tx, [arrivals.of_report(event) for event in events], clock)


@subscriptions.on(CallLogged)
async def calls_logged(tx: Tx, events: Sequence[Received[CallLogged]], clock: Clock) -> None:
    arrived = [arrival for event in events if (arrival := arrivals.of_call(event))]
    await handlers.open_cases(tx, arrived, clock)


@subscriptions.on(*REFERRAL_EVENTS)
async def placements_changed(tx: Tx, events: Sequence[Received[ReferralEvent]], clock: Clock) -> None:
    received = [(event.data.placement.case_id, news.of_referral(event)) for event in events]
    await handlers.follow_placements(tx, received, clock)


@subscriptions.newest(*REFERRAL_EVENTS)
async def newest_of_placement(tx: Tx, event: Received[ReferralEvent]) -> int | None:
    return await store.capacity_sequence(tx, event.data.placement.case_id)
