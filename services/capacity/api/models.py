"""Bodies and answers."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from contracts.base import Storable
from contracts.vocabulary import (
    DeclineReason,
    NoPlaceReason,
    OfferState,
    OutOfService,
    PlacementState,
    ServiceKind,
    ServiceStatus,
    Sex,
    StayEndReason,
    StayState,
    Urgency,
)

DischargeReason = Literal[
    StayEndReason.DISCHARGED_HOME,
    StayEndReason.DISCHARGED_FAMILY,
    StayEndReason.PLACED_WITH_KIN,
    StayEndReason.MOVED_TO_OTHER_CENTER,
    StayEndReason.LEFT_ON_OWN,
    StayEndReason.HOSPITAL,
    StayEndReason.DECEASED,
    StayEndReason.MORNING,
    StayEndReason.DATA_ERROR,
]


Note = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True), Storable]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Occupancy(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"occupied": 17}]})

    occupied: Annotated[
        int, Field(strict=True, ge=0, le=10_000, description="persoane prezente acum / people present now")
    ]


class Decline(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "no-place", "note": "Camera este în renovare până vineri; revenim luni."}]
        }
    )

    reason: DeclineReason
    note: Note = ""


class OutOfServiceBody(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "repair", "until": "2026-12-01T08:00:00+02:00", "note": "Se schimbă geamul."}]
        }
    )

    reason: OutOfService
    until: Annotated[AwareDatetime | None, Field(description="revine singur atunci / comes back by itself then")] = None
    note: Note = ""


class Accepting(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"accepts_referrals": False, "note": "Carantină până luni."}]}
    )

    accepts_referrals: Annotated[bool, Field(strict=True)]
    note: Note = ""


class ByHand(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service_id": "a8ebd161-fd45-55ce-a528-039cefff965a",
                    "note": "Am vorbit cu doamna Pop: îl primesc până la ora 18.",
                }
            ]
        }
    )

    service_id: UUID
    note: Annotated[Note, Field(min_length=1, description="de ce acesta / why this one")]


class Discharge(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "discharged-family"}]})

    reason: DischargeReason


class Counts(BaseModel):
    """total = out_of_service + occupied + reserved + held + free"""

    total: int
    out_of_service: int
    occupied: int
    reserved: int
    held: int
    free: int


class UnitView(BaseModel):
    unit_id: UUID
    number: int
    sex: Sex | None
    opening_occupancy: int | None
    places: Counts


class ServiceView(BaseModel):
    """Ages in completed years; null is open."""

    service_id: UUID
    center_id: UUID
    row: str
    name: str
    authority: str
    code: str | None
    kind: ServiceKind
    status: ServiceStatus
    target: str | None
    only_target: str | None
    min_age: int | None
    max_age: int | None
    requires: str | None
    emergency_only: bool
    residential: bool
    confidential: bool
    accepts_referrals: bool
    places: Counts
    waiting: int
    units: list[UnitView]


class PersonView(BaseModel):
    """The name is for the center that has accepted, and for nobody else."""

    age: int | None
    age_min: int | None
    age_max: int | None
    sex: Sex | None
    flags: list[str]
    name: str | None = None


class MemberView(PersonView):
    """One of a party. Where all share a place, or none is counted, the stay is the first one's."""

    stay_id: UUID | None
    stay_state: StayState | None
    arrival_due: AwareDatetime | None


class PlaceView(BaseModel):
    """`state` is free, out-of-service or that of the stay; the stay and the person are for the own center."""

    place_id: UUID
    unit_id: UUID
    number: int
    state: str
    out_of_service: OutOfService | None
    out_until: AwareDatetime | None
    free_since: AwareDatetime | None
    stay_id: UUID | None = None
    case_id: UUID | None = None
    arrival_due: AwareDatetime | None = None
    admitted_at: AwareDatetime | None = None
    person: PersonView | None = None


class PlacesView(BaseModel):
    """Units with their counts, and a page of places."""

    service_id: UUID
    center_id: UUID
    row: str
    units: list[UnitView]
    items: list[PlaceView]
    next: str | None


class OfferView(BaseModel):
    offer_id: UUID
    case_id: UUID
    center_id: UUID
    row: str
    service_id: UUID
    service_name: str
    code: str | None
    round: int
    state: OfferState
    urgency: Urgency
    need: str | None
    offered_at: AwareDatetime
    expires_at: AwareDatetime
    ended_at: AwareDatetime | None
    reason: DeclineReason | None
    note: str
    answered_by: dict[str, str] | None
    party: list[MemberView]
    """Placed together or not at all, the case's subject first."""


class StayView(BaseModel):
    stay_id: UUID
    case_id: UUID | None
    offer_id: UUID | None
    center_id: UUID
    row: str
    service_id: UUID
    service_name: str
    place_number: int | None
    state: StayState
    arrival_due: AwareDatetime | None
    admitted_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: StayEndReason | None


class CheckView(BaseModel):
    rule: str
    ok: bool
    wanted: Any
    found: Any
    ro: str
    en: str


class ExplainedView(BaseModel):
    service_id: UUID
    row: str
    name: str
    code: str | None
    asked: str
    verdict: str
    rank: int | None
    ro: str
    en: str
    checks: list[CheckView]


class ExplanationView(BaseModel):
    """`services` were asked for; `rest` counts all others by code."""

    directory: str
    asked: list[str]
    services: list[ExplainedView]
    rest: dict[str, int]
    by: dict[str, str] | None = None
    note: str = ""


class SearchView(BaseModel):
    round: int
    at: AwareDatetime
    explanation: ExplanationView


class PlacementView(BaseModel):
    case_id: UUID
    authority: str | None
    state: PlacementState
    urgency: Urgency
    round: int
    waiting_since: AwareDatetime | None
    search_again_at: AwareDatetime | None
    passed_over: int
    """How often others took what was too little for this party."""
    searches: list[SearchView]
    offers: list[OfferView]
    stays: list[StayView]


class UnmetNeedView(BaseModel):
    need: str | None
    sector: int | None
    urgency: Urgency
    asked: str
    reason: NoPlaceReason
    cases: int


class UnmetNeedsView(BaseModel):
    """`asked` is a code, or a row. A case counts once in each line that it belongs to."""

    items: list[UnmetNeedView]
