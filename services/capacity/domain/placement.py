"""The search for one case: its request, its offers and stays, and the states it goes through."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from contracts.vocabulary import (
    DeclineReason,
    OfferState,
    PlacementState,
    StayEndReason,
    StayState,
    Urgency,
)
from services.capacity.domain import facts
from services.capacity.domain.errors import NotFound, OfferGone, WrongStayState
from services.capacity.domain.explanation import Explanation
from services.capacity.domain.offer import By, Offer, Stay
from services.capacity.domain.request import Request, Wanted

Thing = TypeVar("Thing", Offer, Stay)

THERE = (StayState.OCCUPIED, StayState.ABSENT)
WHEN_OVERDUE = ("telephone-center", "send-somebody")


@dataclass(frozen=True, slots=True)
class Search:
    """One look at the directory and why it ended as it did; `unmet` where there was no place."""

    round: int
    at: datetime
    explanation: Explanation
    unmet: tuple[facts.NoPlace, ...] = ()


@dataclass(slots=True)
class Placement:
    """`seen` is the highest sequence heard of the case, so that replays and late arrivals change nothing. `happened`
    and `searches` hold what is new since it was loaded."""

    case_id: UUID
    correlation_id: str
    traceparent: str
    urgency: Urgency
    authority: str | None = None
    request: Request | None = None
    seen: int = -1
    state: PlacementState = PlacementState.SEARCHING
    round: int = 0
    sequence: int = 0
    waiting_since: datetime | None = None
    search_again_at: datetime | None = None
    offers: list[Offer] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    happened: list[tuple[facts.Fact, facts.Standing]] = field(default_factory=list)
    changed: bool = False

    @classmethod
    def begin(cls, wanted: Wanted) -> "Placement":
        return cls(wanted.case_id, wanted.correlation_id, wanted.traceparent, wanted.urgency)

    @property
    def open_stays(self) -> list[Stay]:
        """One for each place of the party, or a single one without a place."""
        return [stay for stay in self.stays if stay.is_open]

    def offer(self, offer_id: UUID) -> Offer:
        """Raises NotFound."""
        return _find(self.offers, offer_id)

    def stay(self, stay_id: UUID) -> Stay:
        """Raises NotFound."""
        return _find(self.stays, stay_id)

    def see(self, wanted: Wanted) -> None:
        """Take over what triage says now. The last request stays known after a cancellation."""
        self.changed = True
        self.seen = wanted.sequence
        self.authority, self.urgency = wanted.authority, wanted.urgency
        self.request = wanted.request or self.request

    # searching

    def searched(self, search: Search) -> None:
        self.round = search.round
        self.searches.append(search)

    def be_offered(self, offer: Offer, held: Iterable[Stay]) -> None:
        self.state, self.search_again_at = PlacementState.OFFERED, None
        self.offers.append(offer)
        self.stays.extend(held)
        self._record(facts.Offered(offer))

    def wait(self, why: tuple[facts.NoPlace, ...], position: int) -> None:
        self.state = PlacementState.WAITING
        self._record(facts.Waitlisted(why, position))

    def need_person(self, why: tuple[facts.NoPlace, ...], may: tuple[str, ...], external: tuple[str, ...]) -> None:
        self.state = PlacementState.NEEDS_PERSON
        self._record(facts.NeedsPerson(why, may, external))

    # answers

    def accept(self, offer_id: UUID, by: By, reservation: UUID, arrival_due: datetime, now: datetime) -> None:
        """Held places are reserved; where no place is counted, `reservation` becomes the id of a stay without one."""
        offer = self._replace_offer(self._offered(offer_id).accepted(by, now))
        placeless = Stay(reservation, offer.service_id, None, self.case_id, offer.id, StayState.RESERVED, began_at=now)
        for stay in self.open_stays or [placeless]:
            self._replace_stay(stay.reserved(arrival_due))
        self.state = PlacementState.RESERVED
        self._record(facts.Accepted(offer, by))

    def decline(self, offer_id: UUID, reason: DeclineReason, note: str, by: By, now: datetime) -> list[Stay]:
        """The stays that ended with the offer."""
        offer = self._replace_offer(self._offered(offer_id).declined(reason, note, by, now))
        ended = self._end_stays(StayEndReason.OFFER_DECLINED, now)
        self.state = PlacementState.SEARCHING
        self._record(facts.Declined(offer, reason, by))
        return ended

    def expire(self, offer_id: UUID, silent_until: datetime, now: datetime) -> list[Stay]:
        """The stays that ended with the offer."""
        offer = self._replace_offer(self._offered(offer_id).expired(silent_until, now))
        ended = self._end_stays(StayEndReason.OFFER_EXPIRED, now)
        self.state = PlacementState.SEARCHING
        self._record(facts.Expired(offer))
        return ended

    def withdraw(self, now: datetime, then: PlacementState) -> list[Stay]:
        """Take back the offer, or the accepted one of whose party nobody has arrived. The stays that ended."""
        offer = self._replace_offer(self.offers[-1].withdrawn(now))
        ended = self._end_stays(StayEndReason.OFFER_WITHDRAWN, now)
        self.state = then
        self._record(facts.Withdrawn(offer))
        return ended

    def cancel(self) -> None:
        """No place is sought any longer: the placement leaves the waiting list for good."""
        self.state = PlacementState.CANCELLED
        self.waiting_since = self.search_again_at = None

    # stays

    def admit(self, stay_id: UUID, by: By, now: datetime) -> None:
        stay = self._replace_stay(self._in_state(stay_id, StayState.RESERVED).occupied(by, now))
        self.state = PlacementState.PLACED
        self._record(facts.Admitted(stay))

    def arrive_late(self, stay_id: UUID, now: datetime) -> None:
        """A person is asked what became of the other; the place stays reserved until somebody decides."""
        self._replace_stay(self.stay(stay_id).overdue(now))
        self._record(facts.NeedsPerson((), WHEN_OVERDUE, ()))

    def not_arrived(self, stay_id: UUID, by: By, now: datetime) -> Stay:
        """The person did not come; where nobody of the party did, a person decides what to do. The ended stay."""
        reserved = self._in_state(stay_id, StayState.RESERVED)
        stay = self._replace_stay(reserved.ended(StayEndReason.NOT_ARRIVED, now, by))
        self.state = self._state_of_party(PlacementState.NEEDS_PERSON)
        self._record(facts.NotArrived(stay))
        return stay

    def discharge(self, stay_id: UUID, reason: StayEndReason, by: By, now: datetime) -> Stay:
        """The placement ends with the last of the party. Returns the ended stay."""
        stay = self._replace_stay(self._in_state(stay_id, *THERE).ended(reason, now, by))
        self.state, self.waiting_since = self._state_of_party(PlacementState.ENDED), None
        self._record(facts.Discharged(stay, reason))
        return stay

    def go(self, stay_id: UUID, by: By) -> None:
        """The person is away for a while and keeps the place."""
        self._replace_stay(self._in_state(stay_id, StayState.OCCUPIED).absent(by))
        self.changed = True

    def come_back(self, stay_id: UUID, by: By) -> None:
        self._replace_stay(self._in_state(stay_id, StayState.ABSENT).returned(by))
        self.changed = True

    def silences(self, now: datetime) -> Iterator[datetime]:
        """When a center that kept silent may be asked again."""
        for offer in self.offers:
            if offer.silent_until and offer.is_silent(now):
                yield offer.silent_until

    def _offered(self, offer_id: UUID) -> Offer:
        offer = self.offer(offer_id)
        if offer.state != OfferState.OFFERED:
            raise OfferGone(offer.state)
        return offer

    def _in_state(self, stay_id: UUID, *states: StayState) -> Stay:
        return in_state(self.stay(stay_id), *states)

    def _end_stays(self, reason: StayEndReason, now: datetime) -> list[Stay]:
        return [self._replace_stay(stay.ended(reason, now)) for stay in self.open_stays]

    def _state_of_party(self, when_all_ended: PlacementState) -> PlacementState:
        """Placed as soon as one is there, awaited while one may still come."""
        states = {stay.state for stay in self.open_stays}
        if not states:
            return when_all_ended
        return PlacementState.RESERVED if states == {StayState.RESERVED} else PlacementState.PLACED

    def _replace_offer(self, offer: Offer) -> Offer:
        self.offers = [offer if old.id == offer.id else old for old in self.offers]
        return offer

    def _replace_stay(self, stay: Stay) -> Stay:
        self.stays = [old for old in self.stays if old.id != stay.id] + [stay]
        return stay

    def _record(self, fact: facts.Fact) -> None:
        self.sequence += 1
        self.changed = True
        self.happened.append((fact, self.standing()))

    def standing(self) -> facts.Standing:
        return facts.Standing(
            self.case_id,
            self.authority,
            self.state,
            self.urgency,
            self.round,
            self.sequence,
            self.offers[-1] if self.offers else None,
            self.stays[-1] if self.stays else None,
            self.waiting_since,
        )


def in_state(stay: Stay, *states: StayState) -> Stay:
    """Raises WrongStayState."""
    if stay.state not in states:
        raise WrongStayState(stay.state)
    return stay


def _find(things: Iterable[Thing], wanted: UUID) -> Thing:
    for thing in things:
        if thing.id == wanted:
            return thing
    raise NotFound
