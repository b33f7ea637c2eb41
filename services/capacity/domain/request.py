"""What a place is sought for, as triage asks for it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from contracts.vocabulary import Consent, LegalAct, Sex, Urgency

ADULT = 18
SMALL_CHILD = 3
"""A younger child without its parent does not enter residential care (Law 272/2004, as in force since 2014)."""
OLDEST = 130


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be placed. Age is `age`, or a range where nobody is sure."""

    person_id: UUID | None = None
    name: str | None = None
    age: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    sex: Sex | None = None
    flags: tuple[str, ...] = ()

    @property
    def ages(self) -> tuple[int, int]:
        """The whole range of ages this person may have; an open end reaches as far as it can, a child's to 17."""
        low = [age for age in (self.age, self.age_min) if age is not None]
        high = [age for age in (self.age, self.age_max) if age is not None]
        oldest = ADULT - 1 if self.is_child else OLDEST
        return min(low, default=0), min(max(high, default=OLDEST), oldest)

    @property
    def youngest(self) -> int | None:
        known = [age for age in (self.age, self.age_min, self.age_max) if age is not None]
        return min(known, default=None)

    @property
    def is_child(self) -> bool:
        """Under 18; 17 or 18 in doubt is a child (Law 272/2004). An unknown age is no child's."""
        return self.youngest is not None and self.youngest < ADULT

    @property
    def is_small_child(self) -> bool:
        return self.youngest is not None and self.youngest < SMALL_CHILD


@dataclass(frozen=True, slots=True)
class Request:
    """`codes` in order, then `services` by row. `party` is placed together or not at all, the case's subject first.
    `legal_act` is the kind of the recorded act."""

    need: str | None
    target: str | None
    urgency: Urgency
    codes: tuple[str, ...]
    services: tuple[str, ...]
    party: tuple[Person, ...]
    sector: int | None
    consent: Consent | None
    evaluation: Literal["done", "after", "missing"]
    legal_act: LegalAct | None
    external: tuple[str, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        return (*self.codes, *self.services)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What triage says of a case: a place is sought (`request`), or no longer. `sequence` orders what it says."""

    case_id: UUID
    sequence: int
    authority: str | None
    urgency: Urgency
    request: Request | None
    correlation_id: str
    traceparent: str
