"""Events of `capacity.referral`, keyed by case id, and snapshots of `capacity.service`, keyed by service id."""

from typing import ClassVar
from uuid import UUID

from contracts.base import Actor, Event, Instant, Model
from contracts.situation import Code
from contracts.vocabulary import (
    DeclineReason,
    NoPlaceReason,
    OfferState,
    PlacementState,
    ServiceKind,
    StayEndReason,
    StayState,
    Urgency,
)


class ServiceRef(Model):
    """A service as others may know it. A confidential one shows a random alias as its id, and no row, name or
    address."""

    service_id: UUID
    kind: ServiceKind
    code: str | None
    confidential: bool
    row: str | None
    name: str | None
    authority: str | None


class Offer(Model):
    """A service asked for one placement; acceptable until it is expired in the database."""

    offer_id: UUID
    round: int
    service: ServiceRef
    state: OfferState
    offered_at: Instant
    expires_at: Instant
    ended_at: Instant | None


class Stay(Model):
    """One person's use of one place, or a party's of a service without counted places (`person_id` is null then, and
    where nobody knows who it is)."""

    stay_id: UUID
    service: ServiceRef
    state: StayState
    arrival_due: Instant | None
    admitted_at: Instant | None
    ended_at: Instant | None
    end_reason: StayEndReason | None
    person_id: UUID | None = None


class NoPlace(Model):
    """Why a code, or a service asked by its row, gave no place."""

    asked: str
    reason: NoPlaceReason


class Placement(Model):
    """The whole public state of the search for one case: `offer` and `stay` are the latest of each."""

    case_id: UUID
    authority: str | None
    state: PlacementState
    urgency: Urgency
    round: int
    offer: Offer | None
    stay: Stay | None
    waiting_since: Instant | None


class ReferralEvent(Event):
    topic: ClassVar[str] = "capacity.referral"
    placement: Placement


class ReferralOffered(ReferralEvent):
    """A service is asked, and a place of it held, until the offer's `expires_at`."""

    ce_type: ClassVar[str] = "punte.capacity.ReferralOffered.v1"
    offer: Offer


class ReferralAccepted(ReferralEvent):
    """The center takes the person; the place is reserved."""

    ce_type: ClassVar[str] = "punte.capacity.ReferralAccepted.v1"
    offer: Offer
    by: Actor


class ReferralDeclined(ReferralEvent):
    """The center says no."""

    ce_type: ClassVar[str] = "punte.capacity.ReferralDeclined.v1"
    offer: Offer
    reason: DeclineReason
    by: Actor


class ReferralExpired(ReferralEvent):
    """The center stayed silent until the clock ran out."""

    ce_type: ClassVar[str] = "punte.capacity.ReferralExpired.v1"
    offer: Offer


class ReferralWithdrawn(ReferralEvent):
    """The offer, or an accepted one whose person has not arrived, is taken back: no place is sought any longer."""

    ce_type: ClassVar[str] = "punte.capacity.ReferralWithdrawn.v1"
    offer: Offer


class PlacementWaitlisted(ReferralEvent):
    """Fitting services are full: the person waits. `position` counts from 1 among those who wait for one of them."""

    ce_type: ClassVar[str] = "punte.capacity.PlacementWaitlisted.v1"
    why: tuple[NoPlace, ...]
    position: int


class PlacementNeedsPerson(ReferralEvent):
    """No rule may decide further, or who has a place reserved has not arrived in time (`why` is empty then).
    `may` names what a person can do; `external` who can be telephoned."""

    ce_type: ClassVar[str] = "punte.capacity.PlacementNeedsPerson.v1"
    why: tuple[NoPlace, ...]
    may: tuple[Code, ...]
    external: tuple[Code, ...]


class PersonAdmitted(ReferralEvent):
    """The person has arrived and occupies the place."""

    ce_type: ClassVar[str] = "punte.capacity.PersonAdmitted.v1"
    stay: Stay


class PersonNotArrived(ReferralEvent):
    """The center says that the person did not come; the place is free again."""

    ce_type: ClassVar[str] = "punte.capacity.PersonNotArrived.v1"
    stay: Stay


class PersonDischarged(ReferralEvent):
    """The person has left; the place is free again."""

    ce_type: ClassVar[str] = "punte.capacity.PersonDischarged.v1"
    stay: Stay
    reason: StayEndReason


class ServiceCapacitySnapshot(Event):
    """The counts of one service after a change: total = out_of_service + occupied + reserved + held + free. Where it
    accepts no referrals, what is free is offered to nobody."""

    topic: ClassVar[str] = "capacity.service"
    ce_type: ClassVar[str] = "punte.capacity.ServiceCapacitySnapshot.v1"
    service: ServiceRef
    total: int
    out_of_service: int
    occupied: int
    reserved: int
    held: int
    free: int
    waiting: int
    updated_at: Instant
    accepts_referrals: bool = True


REFERRAL_EVENTS: tuple[type[ReferralEvent], ...] = (
    ReferralOffered,
    ReferralAccepted,
    ReferralDeclined,
    ReferralExpired,
    ReferralWithdrawn,
    PlacementWaitlisted,
    PlacementNeedsPerson,
    PersonAdmitted,
    PersonNotArrived,
    PersonDischarged,
)

EVENTS: tuple[type[Event], ...] = (*REFERRAL_EVENTS, ServiceCapacitySnapshot)
