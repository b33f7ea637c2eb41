"""What happened to a placement, in the past tense, and where it stood right after."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import DeclineReason, NoPlaceReason, PlacementState, StayEndReason, Urgency
from services.capacity.domain.offer import By, Offer, Stay


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why a code, or a service asked by its row, gave no place."""

    asked: str
    reason: NoPlaceReason


@dataclass(frozen=True, slots=True)
class Offered:
    offer: Offer


@dataclass(frozen=True, slots=True)
class Accepted:
    offer: Offer
    by: By


@dataclass(frozen=True, slots=True)
class Declined:
    offer: Offer
    reason: DeclineReason
    by: By


@dataclass(frozen=True, slots=True)
class Expired:
    offer: Offer


@dataclass(frozen=True, slots=True)
class Withdrawn:
    offer: Offer


@dataclass(frozen=True, slots=True)
class Waitlisted:
    why: tuple[NoPlace, ...]
    position: int


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """`may` names what a person can do, `external` who can be telephoned."""

    why: tuple[NoPlace, ...]
    may: tuple[str, ...]
    external: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    stay: Stay


@dataclass(frozen=True, slots=True)
class NotArrived:
    stay: Stay


@dataclass(frozen=True, slots=True)
class Discharged:
    stay: Stay
    reason: StayEndReason


Fact = (
    Offered | Accepted | Declined | Expired | Withdrawn | Waitlisted | NeedsPerson | Admitted | NotArrived | Discharged
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole public state of a placement at one moment. `sequence` numbers the fact that led here."""

    case_id: UUID
    authority: str | None
    state: PlacementState
    urgency: Urgency
    round: int
    sequence: int
    offer: Offer | None
    stay: Stay | None
    waiting_since: datetime | None
