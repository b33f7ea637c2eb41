"""An offer asks a center for one party; a stay is a person's use of a place. Values: a change makes a new one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from contracts.vocabulary import DeclineReason, OfferState, StayEndReason, StayState

CENTER_STAFF = "center_staff"


@dataclass(frozen=True, slots=True)
class By:
    """The named person who did it, and in which role."""

    subject: str
    name: str
    role: str


PROGRAM = By("", "Punte", "program")


@dataclass(frozen=True, slots=True)
class Offer:
    """`silent_until`: after its expiry the service is not asked again before then."""

    id: UUID
    round: int
    service_id: UUID
    offered_at: datetime
    expires_at: datetime
    state: OfferState = OfferState.OFFERED
    ended_at: datetime | None = None
    reason: DeclineReason | None = None
    note: str = ""
    by: By | None = None
    silent_until: datetime | None = None

    def accepted(self, by: By, now: datetime) -> Self:
        return replace(self, state=OfferState.ACCEPTED, ended_at=now, by=by)

    def declined(self, reason: DeclineReason, note: str, by: By, now: datetime) -> Self:
        return replace(self, state=OfferState.DECLINED, ended_at=now, reason=reason, note=note, by=by)

    def expired(self, silent_until: datetime, now: datetime) -> Self:
        return replace(self, state=OfferState.EXPIRED, ended_at=now, silent_until=silent_until)

    def withdrawn(self, now: datetime) -> Self:
        return replace(self, state=OfferState.WITHDRAWN, ended_at=now)

    def is_silent(self, now: datetime) -> bool:
        """The center let this offer expire so lately that it is not asked again."""
        return self.silent_until is not None and now < self.silent_until


@dataclass(frozen=True, slots=True)
class Stay:
    """Without a place, for the whole party, where the service counts none; without a case where people were there from
    the start.
    `overdue_at`: when it was noticed that the person had not arrived by `arrival_due`."""

    id: UUID
    service_id: UUID
    place_id: UUID | None
    case_id: UUID | None
    offer_id: UUID | None
    state: StayState
    began_at: datetime
    arrival_due: datetime | None = None
    overdue_at: datetime | None = None
    admitted_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: StayEndReason | None = None
    by: By | None = None
    person_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        return self.state != StayState.ENDED

    def reserved(self, arrival_due: datetime) -> Self:
        return replace(self, state=StayState.RESERVED, arrival_due=arrival_due)

    def is_overdue(self, now: datetime) -> bool:
        """Nobody has come in time, and nobody was told."""
        late = self.arrival_due is not None and self.arrival_due <= now
        return late and self.state == StayState.RESERVED and self.overdue_at is None

    def overdue(self, now: datetime) -> Self:
        return replace(self, overdue_at=now)

    def absent(self, by: By) -> Self:
        return replace(self, state=StayState.ABSENT, by=by)

    def returned(self, by: By) -> Self:
        return replace(self, state=StayState.OCCUPIED, by=by)

    def occupied(self, by: By, now: datetime) -> Self:
        return replace(self, state=StayState.OCCUPIED, admitted_at=now, by=by)

    def ended(self, reason: StayEndReason, now: datetime, by: By | None = None) -> Self:
        return replace(self, state=StayState.ENDED, ended_at=now, end_reason=reason, by=by or self.by)
