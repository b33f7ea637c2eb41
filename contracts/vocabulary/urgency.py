"""Urgency: how soon somebody must arrive, a place be decided and a center answer."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from contracts.vocabulary.calendar import Span, WorkingDays


class Urgency(StrEnum):
    """U0 is the most urgent. Plain string order is the order of urgency."""

    U0 = "U0"
    U1 = "U1"
    U2 = "U2"
    U3 = "U3"
    U4 = "U4"
    U5 = "U5"

    @property
    def needs_a_person(self) -> bool:
        """A person confirms U0–U2 before a place is sought."""
        return self <= Urgency.U2

    @property
    def never_waits_in_silence(self) -> bool:
        """At U0 and U1 a person is asked too when all is full."""
        return self <= Urgency.U1

    def raised(self) -> "Urgency":
        """One level more urgent; a raise never reaches U0, only a U0 floor does."""
        return Urgency(f"U{int(self[1]) - 1}") if self > Urgency.U1 else self


@dataclass(frozen=True, slots=True)
class Limits:
    """`first`: somebody arrives or truly reaches the person. `place`: decision about a place; None where no clock
    runs. `offer`: how long a center may think; a service may set a shorter limit."""

    first: Span
    place: Span | None
    offer: Span | None


LIMITS = {
    Urgency.U0: Limits(timedelta(0), timedelta(hours=4), timedelta(minutes=10)),
    Urgency.U1: Limits(timedelta(hours=1), timedelta(hours=4), timedelta(minutes=30)),
    Urgency.U2: Limits(timedelta(hours=24), timedelta(hours=48), timedelta(hours=4)),
    Urgency.U3: Limits(timedelta(hours=72), WorkingDays(10), WorkingDays(1)),
    Urgency.U4: Limits(WorkingDays(5), None, WorkingDays(3)),
    Urgency.U5: Limits(timedelta(days=5), None, None),
}
