"""Events of `triage.case`, keyed by case id."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Actor, Event, Instant, Model, Sentence, ShortText
from contracts.situation import Age, Code, Sector
from contracts.vocabulary import (
    CaseOutcome,
    CaseState,
    Consent,
    Intake,
    LegalAct,
    PlacementState,
    PublicStatus,
    Response,
    Sex,
    Urgency,
)


class CaseSource(Model):
    """A report or call of this case; `via` is its channel or line."""

    kind: Intake
    source_id: UUID
    via: Code
    reporter_relation: Code
    received_at: Instant


class CasePerson(Model):
    """A person by pseudonym; names travel with PlacementRequested only."""

    person_id: UUID
    role: Code
    age: Age | None
    age_min: Age | None
    age_max: Age | None
    sex: Sex | None
    flags: tuple[Code, ...]
    sector_of_domicile: Sector | None


class Case(Model):
    """The whole public state of a case. `decided_by` is null while only the program has spoken."""

    case_id: UUID
    authority: str | None
    state: CaseState
    public_status: PublicStatus
    opened_at: Instant
    sources: tuple[CaseSource, ...]
    need: Code | None
    occurred_at: Instant | None
    sector: Sector | None
    address: ShortText | None
    people: tuple[CasePerson, ...]
    urgency: Urgency
    reasons: tuple[Sentence, ...]
    protocol_version: str
    response: Response | None
    service_codes: tuple[str, ...]
    services: tuple[str, ...]
    needs_decision: tuple[Sentence, ...]
    decided_by: Actor | None
    placement: PlacementState | None
    outcome: CaseOutcome | None


class PartyMember(CasePerson):
    """Somebody to be placed; a center sees the name from acceptance on."""

    name: ShortText | None


class LegalActRecord(Model):
    """The act that allows a placement."""

    kind: LegalAct
    number: ShortText | None = None
    date: Instant | None = None
    issuer: ShortText | None = None
    until: Instant | None = None


class PlacementRequest(Model):
    """What a place is sought for. `services` are rows of the directory asked by id, after every code. `target` is what
    a service's only_target must be. `evaluation`: done, or allowed after admission, or missing. `deadline`: a place is
    decided by then, null where no clock runs. `external`: ids of providers to be telephoned."""

    need: Code | None
    target: Code | None
    urgency: Urgency
    codes: tuple[str, ...]
    services: tuple[str, ...]
    party: tuple[PartyMember, ...]
    sector: Sector | None
    consent: Consent | None
    evaluation: Literal["done", "after", "missing"]
    legal_act: LegalActRecord | None
    deadline: Instant | None
    external: tuple[Code, ...]


class CaseEvent(Event):
    topic: ClassVar[str] = "triage.case"
    case: Case


class CaseOpened(CaseEvent):
    """A source has become a case with an urgency and its reasons."""

    ce_type: ClassVar[str] = "punte.triage.CaseOpened.v1"


class CaseTriaged(CaseEvent):
    """Urgency and services are decided: by a person, or by the protocol where it may (`decided_by` null)."""

    ce_type: ClassVar[str] = "punte.triage.CaseTriaged.v1"
    decided_by: Actor | None


class CaseEscalated(CaseEvent):
    """A clock of the case ran out; `late_seconds` is how long after `due` that was noticed. `clock` is a word of the
    vocabulary's Clock; more will come."""

    ce_type: ClassVar[str] = "punte.triage.CaseEscalated.v1"
    clock: Code
    due: Instant
    late_seconds: float


class PlacementRequested(CaseEvent):
    """A place is sought; published again, whole, whenever urgency, codes or party change."""

    ce_type: ClassVar[str] = "punte.triage.PlacementRequested.v1"
    request: PlacementRequest


class PlacementCancelled(CaseEvent):
    """No place is sought any longer."""

    ce_type: ClassVar[str] = "punte.triage.PlacementCancelled.v1"


class CaseStatusChanged(CaseEvent):
    """The case moved on because of what happened at capacity: `because` is the type of that event."""

    ce_type: ClassVar[str] = "punte.triage.CaseStatusChanged.v1"
    because: str


class CaseClosed(CaseEvent):
    """The case ended with an outcome; `closed_by` is null where a discharge closed it."""

    ce_type: ClassVar[str] = "punte.triage.CaseClosed.v1"
    closed_by: Actor | None


EVENTS: tuple[type[CaseEvent], ...] = (
    CaseOpened,
    CaseTriaged,
    CaseEscalated,
    PlacementRequested,
    PlacementCancelled,
    CaseStatusChanged,
    CaseClosed,
)
