"""What a case is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.vocabulary import (
    CaseOutcome,
    Consent,
    Intake,
    LegalAct,
    PersonRole,
    PlacementState,
    Response,
    Sex,
    StayEndReason,
    Urgency,
)

Evaluation = Literal["done", "after", "missing"]


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired and the values it compared; its sentence is rendered when read."""

    rule: str
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, by the token."""

    subject: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Source:
    """A report or a call; `via` is its channel or line. `received_at` starts the case's clocks."""

    kind: Intake
    source_id: UUID
    via: str
    reporter_relation: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody concerned, known outside by `person_id`. `child`: under 18, or perhaps."""

    person_id: UUID
    role: str = PersonRole.SUBJECT
    name: str | None = None
    age: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    sex: Sex | None = None
    flags: tuple[str, ...] = ()
    sector_of_domicile: int | None = None
    child: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the event. `subject_id`: the person the help is for, where anybody is described."""

    need: str | None
    occurred_at: datetime | None
    sector: int | None
    address: str | None
    people: tuple[Person, ...]
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the protocol answered. `doubts`: why a person must decide first. `neutral`: outsiders see no more than
    received, being-checked and closed. `consent`: of an adult subject, null for others."""

    version: str
    urgency: Urgency
    reasons: tuple[Reason, ...]
    doubts: tuple[Reason, ...]
    response: Response | None
    codes: tuple[str, ...]
    services: tuple[str, ...]
    target: str | None
    evaluation_after: bool
    external: tuple[str, ...]
    neutral: bool
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class Act:
    """The legal act that allows a placement."""

    kind: LegalAct
    number: str | None = None
    date: datetime | None = None
    issuer: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a caseworker decides: exactly these codes and rows are asked for, in this order. What is null stays as it
    was known before."""

    urgency: Urgency
    codes: tuple[str, ...]
    services: tuple[str, ...]
    note: str = ""
    consent: Consent | None = None
    evaluation_done: bool | None = None
    legal_act: Act | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The last choice, by whom and when."""

    choice: Choice
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """What a place is sought for; `party` is the subject alone in this version."""

    urgency: Urgency
    codes: tuple[str, ...]
    services: tuple[str, ...]
    party: tuple[Person, ...]
    consent: Consent | None
    evaluation: Evaluation
    legal_act: Act | None


@dataclass(frozen=True, slots=True)
class News:
    """What capacity says of the case's placement: `placement` is its whole state after the fact. `needs_person`: the
    fact itself asks for one. `discharged`: why a stay ended, where one did. `details`: for the timeline."""

    event_id: UUID
    what: str
    ce_type: str
    sequence: int
    at: datetime
    placement: PlacementState
    needs_person: bool = False
    discharged: StayEndReason | None = None
    by: Actor | None = None
    details: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the case's timeline; `event_id` names the received event it comes from."""

    at: datetime
    what: str
    who: Actor | None = None
    event_id: UUID | None = None
    note: str | None = None
    details: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How and why a person closes a case."""

    outcome: CaseOutcome
    note: str
