"""The one place where a fact becomes a published event: the whole state, and the fact beside it."""

from collections.abc import Iterator
from datetime import datetime
from functools import singledispatchmethod
from uuid import UUID

from contracts import capacity
from contracts.base import Actor
from services.capacity.domain import facts
from services.capacity.domain.allocation import Allocation
from services.capacity.domain.directory import Directory, Service
from services.capacity.domain.offer import CENTER_STAFF, By, Offer, Stay
from services.capacity.store.saving import Counts
from shared.outbox import Outgoing


def referrals(allocation: Allocation) -> Iterator[Outgoing]:
    """Everything that happened to the placements, in its order."""
    public = Public(allocation.directory)
    for placement in allocation.placements.values():
        for fact, standing in placement.happened:
            yield Outgoing(
                public.event(fact, standing),
                key=str(standing.case_id),
                sequence=standing.sequence,
                correlation_id=placement.correlation_id,
                traceparent=placement.traceparent,
            )


def snapshot(service: Service, counts: Counts, now: datetime) -> Outgoing:
    known_as = service_ref(service)
    event = capacity.ServiceCapacitySnapshot(
        service=known_as,
        total=counts.total,
        out_of_service=counts.out_of_service,
        occupied=counts.occupied,
        reserved=counts.reserved,
        held=counts.held,
        free=counts.free,
        waiting=counts.waiting,
        updated_at=now,
        accepts_referrals=service.accepts_referrals,
    )
    return Outgoing(
        event,
        key=str(known_as.service_id),
        sequence=counts.sequence,
        correlation_id=counts.correlation_id,
        traceparent=counts.traceparent,
    )


def service_ref(service: Service) -> capacity.ServiceRef:
    """A confidential service is a random alias with a code."""
    hidden = service.confidential
    return capacity.ServiceRef(
        service_id=_known_as(service),
        kind=service.kind,
        code=service.code,
        confidential=hidden,
        row=None if hidden else service.row,
        name=None if hidden else service.name,
        authority=None if hidden else service.authority,
    )


def _known_as(service: Service) -> UUID:
    if service.confidential:
        assert service.alias, service.row
        return service.alias
    return service.id


class Public:
    """What others may know of offers and stays."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    @singledispatchmethod
    def event(self, fact: facts.Fact, at: facts.Standing) -> capacity.ReferralEvent:
        raise TypeError(fact)

    @event.register
    def _(self, fact: facts.Offered, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.ReferralOffered(placement=self.placement(at), offer=self.offer(fact.offer))

    @event.register
    def _(self, fact: facts.Accepted, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.ReferralAccepted(
            placement=self.placement(at), offer=self.offer(fact.offer), by=self.actor(fact.by, fact.offer)
        )

    @event.register
    def _(self, fact: facts.Declined, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.ReferralDeclined(
            placement=self.placement(at),
            offer=self.offer(fact.offer),
            reason=fact.reason,
            by=self.actor(fact.by, fact.offer),
        )

    @event.register
    def _(self, fact: facts.Expired, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.ReferralExpired(placement=self.placement(at), offer=self.offer(fact.offer))

    @event.register
    def _(self, fact: facts.Withdrawn, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.ReferralWithdrawn(placement=self.placement(at), offer=self.offer(fact.offer))

    @event.register
    def _(self, fact: facts.Waitlisted, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.PlacementWaitlisted(
            placement=self.placement(at), why=self.no_place(fact.why), position=fact.position
        )

    @event.register
    def _(self, fact: facts.NeedsPerson, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.PlacementNeedsPerson(
            placement=self.placement(at), why=self.no_place(fact.why), may=fact.may, external=fact.external
        )

    @event.register
    def _(self, fact: facts.Admitted, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.PersonAdmitted(placement=self.placement(at), stay=self.stay(fact.stay))

    @event.register
    def _(self, fact: facts.NotArrived, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.PersonNotArrived(placement=self.placement(at), stay=self.stay(fact.stay))

    @event.register
    def _(self, fact: facts.Discharged, at: facts.Standing) -> capacity.ReferralEvent:
        return capacity.PersonDischarged(placement=self.placement(at), stay=self.stay(fact.stay), reason=fact.reason)

    def placement(self, at: facts.Standing) -> capacity.Placement:
        return capacity.Placement(
            case_id=at.case_id,
            authority=at.authority,
            state=at.state,
            urgency=at.urgency,
            round=at.round,
            offer=self.offer(at.offer) if at.offer else None,
            stay=self.stay(at.stay) if at.stay else None,
            waiting_since=at.waiting_since,
        )

    def actor(self, by: By, answered: Offer) -> Actor:
        """Who works at a confidential service would tell which it is: of its staff only the role is known."""
        service = self._directory.by_id[answered.service_id]
        if service.confidential and by.role == CENTER_STAFF:
            return Actor(subject=str(_known_as(service)), name="", role=by.role)
        return Actor(subject=by.subject, name=by.name, role=by.role)

    def offer(self, offer: Offer) -> capacity.Offer:
        return capacity.Offer(
            offer_id=offer.id,
            round=offer.round,
            service=service_ref(self._directory.by_id[offer.service_id]),
            state=offer.state,
            offered_at=offer.offered_at,
            expires_at=offer.expires_at,
            ended_at=offer.ended_at,
        )

    def stay(self, stay: Stay) -> capacity.Stay:
        return capacity.Stay(
            stay_id=stay.id,
            service=service_ref(self._directory.by_id[stay.service_id]),
            state=stay.state,
            arrival_due=stay.arrival_due,
            admitted_at=stay.admitted_at,
            ended_at=stay.ended_at,
            end_reason=stay.end_reason,
            person_id=stay.person_id,
        )

    def no_place(self, why: tuple[facts.NoPlace, ...]) -> tuple[capacity.NoPlace, ...]:
        """A confidential row that was asked for is known by its alias."""
        hidden = {each.row: str(_known_as(each)) for each in self._directory.services if each.confidential}
        return tuple(capacity.NoPlace(asked=hidden.get(no.asked, no.asked), reason=no.reason) for no in why)
