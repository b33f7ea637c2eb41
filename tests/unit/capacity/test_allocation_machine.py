"""Whatever happens in whatever order, the promises of allocation hold."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.vocabulary import (
    DeclineReason,
    OfferState,
    OutOfService,
    PlacementState,
    Sex,
    StayEndReason,
    StayState,
    Urgency,
)
from services.capacity.domain.facts import Offered
from services.capacity.domain.matching import History, ranked
from services.capacity.domain.offer import Stay
from services.capacity.domain.placement import Placement
from services.capacity.domain.waiting import Ticket
from tests.unit.capacity.world import ANA, World, a_man, a_request, a_service, by_sex

SEARCHING = (PlacementState.WAITING, PlacementState.NEEDS_PERSON)
STAYS_OF = {
    PlacementState.OFFERED: {StayState.HELD},
    PlacementState.RESERVED: {StayState.RESERVED},
    PlacementState.PLACED: {StayState.RESERVED, StayState.OCCUPIED, StayState.ABSENT},
}

people = st.builds(
    a_man, person_id=st.uuids(), age=st.sampled_from([2, 12, 17, 18, 40]), sex=st.sampled_from([None, *Sex])
)

requests = st.builds(
    lambda party, **values: a_request(*party, **values),
    st.lists(people, min_size=1, max_size=3),
    urgency=st.sampled_from(Urgency),
    codes=st.sampled_from([("A",), ("B",), ("A", "B"), ("B", "A")]),
    sector=st.sampled_from([2, 6]),
    target=st.sampled_from(["child", "homeless-adult"]),
)


class AllocationMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(
            a_service("S2-1", places=1, code="A", residential=True),
            a_service("S2-2", places=3, code="A", min_age=18, only_target="homeless-adult"),
            a_service("S6-3", code="B", units=by_sex("S6-3", women=1, men=2), emergency_only=True),
        )
        self.lines: dict[UUID, list[Ticket]] = {}
        self.offers_before: set[UUID] = set()

    def pick(self, data: st.DataObject, *states: PlacementState) -> Placement:
        some = [p for p in self.world.placements.values() if p.state in states]
        return data.draw(st.sampled_from(some))

    def has(self, *states: PlacementState) -> bool:
        return any(placement.state in states for placement in self.world.placements.values())

    def open_stays(self) -> list[Stay]:
        stays = [stay for placement in self.world.placements.values() for stay in placement.stays]
        return [stay for stay in (*stays, *self.world.residents.values()) if stay.is_open]

    def some(self, state: StayState) -> list[Stay]:
        return [stay for stay in self.open_stays() if stay.state == state]

    def unit_of(self, stay: Stay) -> UUID:
        assert stay.place_id
        return self.world.ledger.places[stay.place_id].unit_id

    # what may happen

    @rule(request=requests)
    def somebody_needs_a_place(self, request: Any) -> None:
        self.world.ask(request)

    @precondition(lambda self: self.has(*PlacementState))
    @rule(data=st.data(), request=requests)
    def a_request_changes(self, data: st.DataObject, request: Any) -> None:
        self.world.ask(request, self.pick(data, *PlacementState).case_id)

    @precondition(lambda self: self.has(*PlacementState))
    @rule(data=st.data())
    def a_request_is_cancelled(self, data: st.DataObject) -> None:
        self.world.cancel(self.pick(data, *PlacementState))

    @precondition(lambda self: self.has(PlacementState.OFFERED))
    @rule(data=st.data())
    def a_center_accepts(self, data: st.DataObject) -> None:
        placement = self.pick(data, PlacementState.OFFERED)
        self.world.allocation().accept(placement.offers[-1].id, ANA)

    @precondition(lambda self: self.has(PlacementState.OFFERED))
    @rule(data=st.data(), reason=st.sampled_from([DeclineReason.OTHER, DeclineReason.NO_PLACE]))
    def a_center_declines(self, data: st.DataObject, reason: DeclineReason) -> None:
        placement = self.pick(data, PlacementState.OFFERED)
        self.world.allocation().decline(placement.offers[-1].id, reason, "", ANA)

    @rule(hours=st.sampled_from([1, 5, 25]))
    def time_passes(self, hours: int) -> None:
        self.world.pass_time(timedelta(hours=hours))
        self.world.expire_all()
        for placement in sorted(self.world.placements.values(), key=lambda p: p.urgency):
            if placement.search_again_at and placement.search_again_at <= self.world.now:
                self.world.allocation().search_again(placement.case_id)

    @precondition(lambda self: self.some(StayState.RESERVED))
    @rule(data=st.data())
    def somebody_arrives(self, data: st.DataObject) -> None:
        stay = data.draw(st.sampled_from(self.some(StayState.RESERVED)))
        self.world.allocation().admit(stay.id, ANA)

    @precondition(lambda self: self.some(StayState.RESERVED))
    @rule(data=st.data())
    def somebody_does_not_arrive(self, data: st.DataObject) -> None:
        stay = data.draw(st.sampled_from(self.some(StayState.RESERVED)))
        self.world.allocation().not_arrived(stay.id, ANA)

    @precondition(lambda self: self.some(StayState.OCCUPIED))
    @rule(data=st.data())
    def somebody_leaves(self, data: st.DataObject) -> None:
        stay = data.draw(st.sampled_from(self.some(StayState.OCCUPIED)))
        self.world.allocation().discharge(stay.id, StayEndReason.LEFT_ON_OWN, ANA)

    @precondition(lambda self: self.some(StayState.OCCUPIED))
    @rule(data=st.data())
    def somebody_stays_away(self, data: st.DataObject) -> None:
        self.world.allocation().go(data.draw(st.sampled_from(self.some(StayState.OCCUPIED))).id, ANA)

    @precondition(lambda self: self.some(StayState.ABSENT))
    @rule(data=st.data(), for_good=st.booleans())
    def somebody_comes_back_or_does_not(self, data: st.DataObject, for_good: bool) -> None:
        stay = data.draw(st.sampled_from(self.some(StayState.ABSENT)))
        if for_good:
            self.world.allocation().discharge(stay.id, StayEndReason.LEFT_ON_OWN, ANA)
        else:
            self.world.allocation().come_back(stay.id, ANA)

    @rule(data=st.data())
    def a_place_goes_out_of_service(self, data: st.DataObject) -> None:
        place_id = data.draw(st.sampled_from(sorted(self.world.ledger.places)))
        self.world.allocation().put_out_of_service(place_id, OutOfService.REPAIR, None)

    @rule(data=st.data())
    def a_place_comes_back(self, data: st.DataObject) -> None:
        self.world.allocation().return_to_service(data.draw(st.sampled_from(sorted(self.world.ledger.places))))

    @rule(data=st.data())
    def a_center_enters_who_is_there(self, data: st.DataObject) -> None:
        unit = data.draw(st.sampled_from([unit for s in self.world.directory.services for unit in s.units]))
        free = len(self.world.ledger.free(unit.id))
        self.world.allocation().open_occupancy(unit.id, data.draw(st.integers(0, free)), ANA)

    # what always holds

    @invariant()
    def no_place_is_given_twice(self) -> None:
        taken = [stay.place_id for stay in self.open_stays() if stay.place_id]
        assert len(taken) == len(set(taken))

    @invariant()
    def a_place_is_free_or_taken_or_out_of_service(self) -> None:
        taken = {stay.place_id for stay in self.open_stays()}
        for place in self.world.ledger.places.values():
            assert place.taken == (place.id in taken)
            assert place.is_free == (not place.taken and place.out_of_service is None)

    @invariant()
    def no_free_place_is_forgotten(self) -> None:
        world = self.world
        for placement in world.placements.values():
            if world.line.tickets_of(placement.case_id):
                assert placement.request is not None
                history = History.of(placement.offers, world.now)
                matches = ranked(world.directory, placement.request, history, world.ledger)
                assert not any(match.is_available for match in matches)

    @invariant()
    def nobody_is_overtaken(self) -> None:
        """Of those who were ahead of whoever is offered places, nobody for whom they are enough still waits there."""
        for placement in self.world.placements.values():
            held = [stay for stay in placement.open_stays if stay.place_id and stay.offer_id not in self.offers_before]
            if held:
                unit_id = self.unit_of(held[0])
                there = len(held) + len(self.world.ledger.free(unit_id))
                mine = (placement.urgency, placement.waiting_since or self.world.now, placement.case_id)
                before = {other.case_id for other in self.lines.get(unit_id, ()) if other[:3] < mine}
                line = self.world.line.of(unit_id)
                assert not [other for other in line if other.case_id in before and other.size <= there]
        self.remember()

    def remember(self) -> None:
        placements = self.world.placements
        for unit in (unit for service in self.world.directory.services for unit in service.units):
            self.lines[unit.id] = self.world.line.of(unit.id)
        self.offers_before = {offer.id for placement in placements.values() for offer in placement.offers}

    @invariant()
    def every_placement_is_in_one_state(self) -> None:
        for placement in self.world.placements.values():
            live = [offer for offer in placement.offers if offer.state == OfferState.OFFERED]
            states = {stay.state for stay in placement.open_stays}
            assert len(live) == (placement.state == PlacementState.OFFERED)
            assert states <= STAYS_OF.get(placement.state, set())
            assert bool(states) == (placement.state in STAYS_OF)
            assert bool(states & {StayState.OCCUPIED, StayState.ABSENT}) == (placement.state == PlacementState.PLACED)

    @invariant()
    def no_party_is_split(self) -> None:
        for placement in self.world.placements.values():
            assert len({self.unit_of(stay) for stay in placement.open_stays}) <= 1
            if placement.state == PlacementState.OFFERED:
                assert placement.request is not None
                assert len(placement.open_stays) == len(placement.request.party)
                assert {s.person_id for s in placement.open_stays} == {p.person_id for p in placement.request.party}

    @invariant()
    def only_those_who_search_wait(self) -> None:
        for placement in self.world.placements.values():
            waits = bool(self.world.line.tickets_of(placement.case_id))
            assert not waits or placement.state in SEARCHING
            assert waits or placement.state != PlacementState.WAITING
            assert not waits or placement.waiting_since is not None

    @invariant()
    def facts_are_numbered_without_gaps(self) -> None:
        for placement in self.world.placements.values():
            numbers = [standing.sequence for _, standing in placement.happened]
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_offer_has_its_reasons(self) -> None:
        for placement in self.world.placements.values():
            chosen = {
                s.round: s.explanation.services[0].service_id for s in placement.searches if s.explanation.services
            }
            for fact, _ in placement.happened:
                if isinstance(fact, Offered):
                    assert chosen[fact.offer.round] == fact.offer.service_id


AllocationMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAllocation = AllocationMachine.TestCase
