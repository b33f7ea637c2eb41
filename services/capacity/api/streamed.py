"""What is streamed: each kind of reader has a model of what it may know, however much an event says."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.vocabulary import (
    DeclineReason,
    NoPlaceReason,
    OfferState,
    PlacementState,
    StayEndReason,
    StayState,
    Urgency,
)
from services.capacity.api.models import Counts


class ServiceSeen(BaseModel):
    """To those who may not know a confidential one it is its alias and a code."""

    service_id: UUID
    code: str | None
    confidential: bool
    center_id: UUID | None = None
    row: str | None = None
    name: str | None = None


class CapacitySeen(BaseModel):
    """To all staff."""

    service: ServiceSeen
    places: Counts
    accepts_referrals: bool
    waiting: int
    updated_at: AwareDatetime


class OfferSeen(BaseModel):
    offer_id: UUID
    service: ServiceSeen
    state: OfferState
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    ended_at: AwareDatetime | None


class StaySeen(BaseModel):
    stay_id: UUID
    service: ServiceSeen
    state: StayState
    arrival_due: AwareDatetime | None
    admitted_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: StayEndReason | None


class AskedSeen(BaseModel):
    """To the center that is asked: its own offer and its own stay."""

    case_id: UUID
    urgency: Urgency
    offer: OfferSeen | None
    stay: StaySeen | None


class NoPlaceSeen(BaseModel):
    asked: str
    reason: NoPlaceReason


class PlacementSeen(BaseModel):
    """To those who work on the case: the search with its latest offer and stay, and what the event says beside them."""

    case_id: UUID
    authority: str | None
    state: PlacementState
    urgency: Urgency
    round: int
    waiting_since: AwareDatetime | None
    offer: OfferSeen | None
    stay: StaySeen | None
    reason: DeclineReason | StayEndReason | None = None
    why: list[NoPlaceSeen] = []
    position: int | None = None
    may: list[str] = []
    external: list[str] = []
