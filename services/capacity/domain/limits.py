"""How long things may take, before the clock's scale."""

from datetime import datetime, timedelta

from contracts.vocabulary import LIMITS, Span, Urgency, WorkingDays, after
from services.capacity.domain.directory import Service

SILENCE = timedelta(hours=24)
"""A center that let an offer expire is not asked again for this long."""

SILENCES = 3
"""So many offers in a row, and it is asked no more until somebody says so."""

ARRIVAL: dict[Urgency, Span] = {
    Urgency.U0: timedelta(hours=4),
    Urgency.U1: timedelta(hours=4),
    Urgency.U2: timedelta(hours=24),
    Urgency.U3: WorkingDays(3),
    Urgency.U4: WorkingDays(10),
    Urgency.U5: WorkingDays(10),
}
"""From acceptance to arrival; starting values, not law."""


def offer_expires(service: Service, urgency: Urgency, now: datetime) -> datetime:
    """The urgency's limit, or the service's own where that is shorter. U5 has none: it takes that of a planned need."""
    span = LIMITS[urgency].offer or LIMITS[Urgency.U4].offer
    assert span is not None
    expires = after(now, span)
    return min(expires, now + service.offer_limit) if service.offer_limit else expires


def arrival_due(urgency: Urgency, now: datetime) -> datetime:
    return after(now, ARRIVAL[urgency])
