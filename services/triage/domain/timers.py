"""The clocks of a case. A due time only ever comes nearer while its clock runs, and is acted upon once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.vocabulary import LIMITS, Clock, Span, Urgency, after

Due = Callable[[datetime, datetime], datetime]
"""From a due time on the real calendar, and now, to the one that is kept (demonstrations bring it nearer)."""


@dataclass(frozen=True, slots=True)
class Timer:
    due_at: datetime
    fired_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.fired_at is None and self.stopped_at is None

    def is_due(self, now: datetime) -> bool:
        return self.running and self.due_at <= now


Timers = dict[Clock, Timer]


def tighten(timers: Timers, urgency: Urgency, start: datetime, now: datetime, due: Due) -> None:
    """Start the clocks of an urgency, reckoned from `start`; one that runs already is brought nearer, never put off."""
    for clock, span in _limits(urgency):
        due_at = due(after(start, span), now)
        timer = timers.get(clock)
        if timer is None:
            timers[clock] = Timer(due_at)
        elif timer.running:
            timers[clock] = replace(timer, due_at=min(due_at, timer.due_at))


def stop(timers: Timers, clock: Clock, now: datetime) -> None:
    """What was waited for has happened. A clock that fired stays fired."""
    if (timer := timers.get(clock)) and timer.running:
        timers[clock] = replace(timer, stopped_at=now)


def resume(timers: Timers, clock: Clock, now: datetime) -> None:
    """What had happened was undone: the clock runs on to its old due time, or is due now when that has passed."""
    if (timer := timers.get(clock)) and timer.stopped_at:
        timers[clock] = replace(timer, stopped_at=None, due_at=max(timer.due_at, now))


def fire(timers: Timers, now: datetime) -> Iterator[tuple[Clock, datetime]]:
    """Each clock that is due, with its due time."""
    for clock, timer in sorted(timers.items(), key=lambda item: item[1].due_at):
        if timer.is_due(now):
            timers[clock] = replace(timer, fired_at=now)
            yield clock, timer.due_at


def _limits(urgency: Urgency) -> Iterator[tuple[Clock, Span]]:
    limits = LIMITS[urgency]
    yield Clock.FIRST_RESPONSE, limits.first
    if limits.place is not None:
        yield Clock.PLACE, limits.place
