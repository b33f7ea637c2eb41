"""Who gets which place. One at a time: whoever decides here holds the allocation lock."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import DeclineReason, OfferState, OutOfService, PlacementState, StayEndReason, StayState
from services.capacity.domain import limits
from services.capacity.domain.directory import Directory, Service
from services.capacity.domain.errors import DoesNotFit, MoreThanPlaces, NotFound, NothingSought
from services.capacity.domain.explanation import explain, explain_choice, what_a_person_may_do, why_no_place
from services.capacity.domain.facts import NoPlace
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.matching import History, Match, chosen, ranked, still_suits
from services.capacity.domain.offer import By, Offer, Stay
from services.capacity.domain.placement import THERE, Placement, Search, in_state
from services.capacity.domain.request import Person, Wanted
from services.capacity.domain.waiting import Ticket, WaitingLine

SEARCHED = (PlacementState.WAITING, PlacementState.NEEDS_PERSON)
PLACE_FOUND = (PlacementState.OFFERED, PlacementState.RESERVED)


class Allocation:
    """What the decisions in hand may touch: loaded, decided upon, saved. `due` brings deadlines nearer where a stack
    plays fast; they are all set here. `residents` are stays of people who were there from the start."""

    def __init__(
        self,
        directory: Directory,
        ledger: Ledger,
        line: WaitingLine,
        placements: Iterable[Placement],
        residents: Iterable[Stay],
        *,
        now: datetime,
        due: Callable[[datetime, datetime], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self.directory = directory
        self.ledger = ledger
        self.line = line
        self.placements = {placement.case_id: placement for placement in placements}
        self.residents = {stay.id: stay for stay in residents}
        self.touched: set[UUID] = set()
        """Services whose counts have changed."""
        self._now = now
        self._due = due
        self._new_id = new_id

    # what triage asks for

    def follow(self, wanted: Wanted) -> None:
        """A place is sought, or no longer. What is older than what was heard before changes nothing."""
        placement = self.placements.setdefault(wanted.case_id, Placement.begin(wanted))
        if wanted.sequence <= placement.seen:
            return
        placement.see(wanted)
        if wanted.request is None:
            self._cancel(placement)
        elif placement.state not in (*PLACE_FOUND, PlacementState.PLACED):
            self._search(placement)
        elif placement.state in PLACE_FOUND and not self._still_suits(placement):
            self._release(*placement.withdraw(self._now, PlacementState.SEARCHING))
            self._search(placement)

    def search_again(self, case_id: UUID) -> None:
        """A silence is over, or the directory has changed: whoever still needs a place is looked at anew."""
        placement = self.placements[case_id]
        if placement.state in SEARCHED:
            self._search(placement)

    def offer_by_hand(self, case_id: UUID, service_id: UUID, by: By, note: str) -> None:
        """A named person offers this service, whatever it answered before; what it gives up becomes free when the new
        place is held. Said twice it is heard once. Raises NotFound, NothingSought, DoesNotFit."""
        placement, service = self.placements.get(case_id), self.directory.by_id.get(service_id)
        if placement is None or service is None:
            raise NotFound
        if placement.request is None or placement.state not in (*SEARCHED, *PLACE_FOUND):
            raise NothingSought
        if placement.state in PLACE_FOUND and placement.offers[-1].service_id == service_id:
            return
        match = chosen(service, placement.request, History.of(placement.offers, self._now), self.ledger)
        if match.hindrances:
            raise DoesNotFit(match.hindrances)
        given_up = []
        if placement.state in PLACE_FOUND:
            given_up = placement.withdraw(self._now, PlacementState.SEARCHING)
        self._leave_line(placement)
        explanation = explain_choice(self.directory, placement.request, match, by, note)
        placement.searched(Search(placement.round + 1, self._now, explanation))
        self._offer(placement, match)
        self._release(*given_up)

    # what the center answers

    def accept(self, offer_id: UUID, by: By) -> None:
        """Said twice it is heard once. Raises NotFound, OfferGone."""
        placement = self._placement_of_offer(offer_id)
        if placement.offer(offer_id).state == OfferState.ACCEPTED:
            return
        arrival_due = self._due(limits.arrival_due(placement.urgency, self._now), self._now)
        placement.accept(offer_id, by, self._new_id(), arrival_due, self._now)
        self._touch(*placement.open_stays)

    def decline(self, offer_id: UUID, reason: DeclineReason, note: str, by: By) -> None:
        """The next candidate is asked at once; said twice it is heard once. Raises NotFound, OfferGone."""
        placement = self._placement_of_offer(offer_id)
        if placement.offer(offer_id).state == OfferState.DECLINED:
            return
        ended = placement.decline(offer_id, reason, note, by, self._now)
        if reason == DeclineReason.NO_PLACE:
            for place in self._places_of(ended):
                self.ledger.put_out_of_service(place, OutOfService.TO_BE_CHECKED)
        self._release(*ended)
        self._search(placement)

    def expire(self, offer_id: UUID) -> None:
        """The clock ran out, unless the center was quicker: the next candidate is asked at once."""
        placement = self._placement_of_offer(offer_id)
        offer = placement.offer(offer_id)
        if offer.state != OfferState.OFFERED or self._now < offer.expires_at:
            return
        silent_until = self._due(self._now + limits.SILENCE, self._now)
        self._release(*placement.expire(offer_id, silent_until, self._now))
        self._search(placement)

    # what happens at the center

    def admit(self, stay_id: UUID, by: By) -> None:
        """Raises NotFound, WrongStayState."""
        placement = self._placement_of_stay(stay_id)
        placement.admit(stay_id, by, self._now)
        self._touch(placement.stay(stay_id))

    def notice_late_arrival(self, stay_id: UUID) -> None:
        """The time to arrive is over, unless the person was quicker."""
        placement = self._placement_of_stay(stay_id)
        if placement.stay(stay_id).is_overdue(self._now):
            placement.arrive_late(stay_id, self._now)

    def not_arrived(self, stay_id: UUID, by: By) -> None:
        """Raises NotFound, WrongStayState."""
        self._release(self._placement_of_stay(stay_id).not_arrived(stay_id, by, self._now))

    def discharge(self, stay_id: UUID, reason: StayEndReason, by: By) -> None:
        """Raises NotFound, WrongStayState."""
        if resident := self.residents.get(stay_id):
            self.residents[stay_id] = in_state(resident, *THERE).ended(reason, self._now, by)
            self._release(self.residents[stay_id])
        else:
            self._release(self._placement_of_stay(stay_id).discharge(stay_id, reason, by, self._now))

    def go(self, stay_id: UUID, by: By) -> None:
        """Raises NotFound, WrongStayState."""
        if resident := self.residents.get(stay_id):
            self.residents[stay_id] = in_state(resident, StayState.OCCUPIED).absent(by)
        else:
            self._placement_of_stay(stay_id).go(stay_id, by)

    def come_back(self, stay_id: UUID, by: By) -> None:
        """Raises NotFound, WrongStayState."""
        if resident := self.residents.get(stay_id):
            self.residents[stay_id] = in_state(resident, StayState.ABSENT).returned(by)
        else:
            self._placement_of_stay(stay_id).come_back(stay_id, by)

    def put_out_of_service(self, place_id: UUID, reason: OutOfService, until: datetime | None) -> None:
        """At once, or when whoever has it leaves. Raises NotFound."""
        self.ledger.put_out_of_service(self.place(place_id), reason, until)
        self.touched.add(self._service_of(place_id).id)

    def return_to_service(self, place_id: UUID) -> None:
        """Offered to the first who waits, unless somebody has it. Raises NotFound."""
        place = self.place(place_id)
        self.ledger.return_to_service(place, self._now)
        self.touched.add(self._service_of(place_id).id)
        self._promote(place)

    def bring_back(self, place_id: UUID) -> None:
        """Its day has come, unless that was put off."""
        until = self.place(place_id).out_until
        if until and until <= self._now:
            self.return_to_service(place_id)

    def open_occupancy(self, unit_id: UUID, occupied: int, by: By) -> None:
        """So many people are there already. Raises MoreThanPlaces."""
        free = list(self.ledger.free(unit_id))
        if occupied > len(free):
            raise MoreThanPlaces(occupied, len(free))
        for place in free[:occupied]:
            self.ledger.take(place)
            stay = replace(self._stay(place, StayState.OCCUPIED), admitted_at=self._now, by=by)
            self.residents[stay.id] = stay
            self._touch(stay)

    def fill(self, unit_id: UUID) -> None:
        """Offer the free places of a unit to those who wait for it."""
        for place in list(self.ledger.free(unit_id)):
            self._promote(place)

    # searching

    def _search(self, placement: Placement) -> None:
        """Hold the best free places and offer them; else queue for those that fit; else ask a person."""
        assert placement.request is not None
        self._leave_line(placement)
        history = History.of(placement.offers, self._now)
        matches = ranked(self.directory, placement.request, history, self.ledger)
        explanation = explain(self.directory, placement.request, matches)
        is_found = bool(matches) and matches[0].is_available
        why = () if is_found else why_no_place(self.directory, placement.request, matches)
        placement.searched(Search(placement.round + 1, self._now, explanation, why))
        if is_found:
            self._offer(placement, matches[0])
        else:
            self._find_none(placement, matches, why)

    def _offer(self, placement: Placement, match: Match) -> None:
        expires_at = self._due(limits.offer_expires(match.service, placement.urgency, self._now), self._now)
        offer = Offer(self._new_id(), placement.round, match.service.id, self._now, expires_at)
        held = [self._hold(place, person, placement.case_id, offer.id) for place, person in match.taken]
        self._touch(*held)
        self._count_passed_over(placement, {place.unit_id for place in match.places})
        placement.be_offered(offer, held)

    def _hold(self, place: Place, person: Person, case_id: UUID, offer_id: UUID) -> Stay:
        self.ledger.take(place)
        stay = self._stay(place, StayState.HELD)
        return replace(stay, case_id=case_id, offer_id=offer_id, person_id=person.person_id)

    def _count_passed_over(self, placement: Placement, unit_ids: Iterable[UUID]) -> None:
        """Whoever still waits there and is before this case needs more than was free."""
        mine = (placement.urgency, placement.waiting_since or self._now, placement.case_id)
        for unit_id in unit_ids:
            self.line.passed_over.update(ticket.case_id for ticket in self.line.of(unit_id) if ticket[:3] < mine)

    def _find_none(self, placement: Placement, matches: list[Match], why: tuple[NoPlace, ...]) -> None:
        """Those who fit somewhere wait; at U0 and U1 a person is asked all the same."""
        assert placement.request is not None
        placement.search_again_at = min(placement.silences(self._now), default=None)
        fitting = [match for match in matches if match.fits]
        position = self._join_line(placement, fitting) if fitting else 0
        if position and not placement.urgency.never_waits_in_silence:
            placement.wait(why, position)
        else:
            may = what_a_person_may_do(placement.request, matches)
            placement.need_person(why, may, placement.request.external)

    def _still_suits(self, placement: Placement) -> bool:
        """Whether the service on offer would be found for the new request too, in the very unit that is held, and
        for the very people for whom it is."""
        assert placement.request is not None
        service = self.directory.by_id[placement.offers[-1].service_id]
        held = {stay.person_id: stay.place_id for stay in placement.open_stays if stay.place_id}
        if held:
            unit_ids = {self.ledger.places[place_id].unit_id for place_id in held.values()}
            service = replace(service, units=tuple(unit for unit in service.units if unit.id in unit_ids))
        same = not held or held.keys() == {person.person_id for person in service.holders(placement.request.party)}
        return same and still_suits(service, placement.request)

    def _cancel(self, placement: Placement) -> None:
        """Whoever is in a center already stays there; whoever has left has left."""
        if placement.state in (PlacementState.PLACED, PlacementState.ENDED):
            return
        ended = []
        if placement.state in PLACE_FOUND:
            ended = placement.withdraw(self._now, PlacementState.CANCELLED)
        self._leave_line(placement)
        placement.cancel()
        self._release(*ended)

    # places

    def _release(self, *stays: Stay) -> None:
        """All their places are free, then the first who waits and fits is offered what he needs of them."""
        self._touch(*stays)
        freed = self._places_of(stays)
        for place in freed:
            self.ledger.release(place, self._now)
        for place in freed:
            self._promote(place)

    def _promote(self, place: Place) -> None:
        """Nobody is passed over but those for whom too few are free: where a waiter was not loaded, those behind him
        are not looked at."""
        for ticket in self.line.of(place.unit_id):
            if not place.is_free:
                return
            if ticket.size <= len(self.ledger.free(place.unit_id)):
                if ticket.case_id not in self.placements:
                    return
                self.search_again(ticket.case_id)

    def _places_of(self, stays: Iterable[Stay]) -> list[Place]:
        return [self.ledger.places[stay.place_id] for stay in stays if stay.place_id]

    def place(self, place_id: UUID) -> Place:
        """Raises NotFound."""
        if place_id not in self.ledger.places:
            raise NotFound
        return self.ledger.places[place_id]

    def _service_of(self, place_id: UUID) -> Service:
        return self.directory.by_unit[self.ledger.places[place_id].unit_id]

    def _stay(self, place: Place, state: StayState) -> Stay:
        return Stay(self._new_id(), self._service_of(place.id).id, place.id, None, None, state, began_at=self._now)

    def _touch(self, *stays: Stay) -> None:
        self.touched |= {stay.service_id for stay in stays if stay.place_id}

    # the waiting line

    def _join_line(self, placement: Placement, fitting: list[Match]) -> int:
        """Wait for every unit that would fit. Returns the position."""
        placement.waiting_since = placement.waiting_since or self._now
        tickets: dict[UUID, Ticket] = {}
        for match in fitting:
            size = len(match.holders)
            ticket = Ticket(placement.urgency, placement.waiting_since, placement.case_id, size)
            tickets |= {unit.id: ticket for unit in match.service.units_for(match.holders) if unit.places >= size}
        self.line.join(tickets)
        self.touched |= {match.service.id for match in fitting}
        return self.line.position(placement.case_id)

    def _leave_line(self, placement: Placement) -> None:
        units = self.line.leave(placement.case_id)
        self.touched |= {self.directory.by_unit[unit_id].id for unit_id in units}

    def _placement_of_offer(self, offer_id: UUID) -> Placement:
        return _first(p for p in self.placements.values() if any(offer.id == offer_id for offer in p.offers))

    def _placement_of_stay(self, stay_id: UUID) -> Placement:
        return _first(p for p in self.placements.values() if any(stay.id == stay_id for stay in p.stays))


def _first(found: Iterable[Placement]) -> Placement:
    for placement in found:
        return placement
    raise NotFound
