"""Spans of time as the law and the protocol count them: hours run on, working days skip the weekend."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BUCHAREST = ZoneInfo("Europe/Bucharest")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days, Monday to Friday, counted in Europe/Bucharest; the hour of the day is kept."""

    days: int


Span = timedelta | WorkingDays


def after(start: datetime, span: Span) -> datetime:
    """When `span` has passed since the aware instant `start`, in the zone of `start`."""
    if isinstance(span, timedelta):
        return (start.astimezone(UTC) + span).astimezone(start.tzinfo)
    day = start.astimezone(BUCHAREST)
    for _ in range(span.days):
        day = _next_working_day(day)
    return day.astimezone(start.tzinfo)


def _next_working_day(day: datetime) -> datetime:
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
