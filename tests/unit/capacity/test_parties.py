"""Brothers and sisters, couples, a mother with her children: placed together or not at all."""

from uuid import UUID

import pytest

from contracts.vocabulary import NoPlaceReason, PlacementState, Sex, StayEndReason, StayState
from services.capacity.domain import facts
from services.capacity.domain.placement import Placement
from services.capacity.domain.request import Person, Request
from tests.unit.capacity.world import ANA, World, a_man, a_request, a_service, by_sex, offer_of, told


def a_child(number: int, **values: object) -> Person:
    return a_man(**{"person_id": UUID(int=number), "age": 10 + number, **values})


def siblings(count: int, **values: object) -> Request:
    return a_request(*(a_child(number) for number in range(1, count + 1)), **values)


def states(placement: Placement) -> list[StayState]:
    return [stay.state for stay in placement.open_stays]


def test_each_has_a_place_of_one_unit() -> None:
    world = World(a_service("S2-1", units=(*by_sex("S2-1", women=1, men=3),)))
    placement = world.ask(siblings(2))
    taken = {world.ledger.places[stay.place_id].unit_id for stay in placement.open_stays if stay.place_id}
    assert states(placement) == [StayState.HELD, StayState.HELD]
    assert len(taken) == 1
    assert [stay.person_id for stay in placement.open_stays] == [a_child(1).person_id, a_child(2).person_id]


def test_places_of_two_units_are_none() -> None:
    world = World(a_service("S2-1", places=1), a_service("S2-2", places=2))
    world.ask(a_request(services=("S2-2",), codes=()))
    placement = world.ask(siblings(2))
    assert (placement.state, placement.open_stays) == (PlacementState.WAITING, [])


def test_a_boy_and_a_girl_are_not_taken_where_rooms_are_for_one_sex() -> None:
    world = World(a_service("S2-1", units=by_sex("S2-1", women=5, men=5)))
    placement = world.ask(a_request(a_child(1), a_child(2, sex=Sex.FEMALE)))
    assert placement.state == PlacementState.NEEDS_PERSON


def test_one_who_does_not_fit_keeps_all_out() -> None:
    world = World(a_service("S2-1", places=5, min_age=3, max_age=17))
    placement = world.ask(a_request(a_child(1), a_child(2, age=18)))
    (search,) = placement.searches
    assert [check.rule for check in search.explanation.services[0].checks if not check.ok] == ["age"]


def test_for_a_party_larger_than_every_unit_none_fits() -> None:
    world = World(a_service("S2-1", places=2))
    placement = world.ask(siblings(3))
    fact, _ = placement.happened[-1]
    assert isinstance(fact, facts.NeedsPerson)
    assert [each.reason for each in fact.why] == [NoPlaceReason.NONE_FITS]


def test_a_mothers_room_is_one_place_with_cots() -> None:
    world = World(a_service("S2-9", places=1, target="mother-and-child"))
    mother = a_man(sex=Sex.FEMALE, age=24)
    placement = world.ask(a_request(mother, a_child(1, age=1), a_child(2, age=4), target="mother-and-child"))
    assert states(placement) == [StayState.HELD]


def test_who_is_alone_may_pass_a_party_for_which_too_few_are_free_and_that_is_counted() -> None:
    world = World(a_service("S2-1", places=2))
    first, second = world.admitted(), world.admitted()
    party, alone = world.ask(siblings(2)), world.ask()
    world.allocation().discharge(first.stays[-1].id, StayEndReason.LEFT_ON_OWN, ANA)
    assert (party.state, alone.state) == (PlacementState.WAITING, PlacementState.OFFERED)
    assert world.line.passed_over == {party.case_id: 1}
    assert second.state == PlacementState.PLACED


def test_who_comes_later_and_is_alone_passes_a_party_too() -> None:
    world = World(a_service("S2-1", places=2))
    world.admitted()
    party, later = world.ask(siblings(2)), world.ask()
    assert (party.state, later.state) == (PlacementState.WAITING, PlacementState.OFFERED)
    assert world.line.passed_over == {party.case_id: 1}


def test_a_place_that_nobody_may_take_waits_for_the_party_without_passing_it_over() -> None:
    world = World(a_service("S2-1", places=2))
    first, second = world.admitted(), world.admitted()
    party = world.ask(siblings(2))
    for leaving in (first, second):
        assert party.state == PlacementState.WAITING
        world.allocation().discharge(leaving.stays[-1].id, StayEndReason.LEFT_ON_OWN, ANA)
    assert states(party) == [StayState.HELD, StayState.HELD]
    assert not world.line.passed_over


def test_what_a_party_leaves_goes_to_the_next_party_whole() -> None:
    world = World(a_service("S2-1", places=2))
    leaving, waiting, alone = world.ask(siblings(2)), world.ask(siblings(2)), world.ask()
    world.cancel(leaving)
    assert (waiting.state, alone.state) == (PlacementState.OFFERED, PlacementState.WAITING)


def test_all_are_awaited_once_the_center_accepts() -> None:
    world = World(a_service("S2-1", places=3))
    placement = world.ask(siblings(3))
    world.allocation().accept(offer_of(placement).id, ANA)
    assert states(placement) == [StayState.RESERVED] * 3
    assert told(placement) == [facts.Offered, facts.Accepted]


def accepted(world: World) -> Placement:
    placement = world.ask(siblings(2))
    world.allocation().accept(offer_of(placement).id, ANA)
    return placement


def test_a_party_is_placed_when_the_first_arrives_and_ends_when_the_last_leaves() -> None:
    world = World(a_service("S2-1", places=2))
    placement = accepted(world)
    one, other = [stay.id for stay in placement.open_stays]
    for stay_id in (one, other):
        world.allocation().admit(stay_id, ANA)
        assert placement.state == PlacementState.PLACED
    world.allocation().discharge(one, StayEndReason.DISCHARGED_FAMILY, ANA)
    assert placement.state == PlacementState.PLACED
    world.allocation().discharge(other, StayEndReason.DISCHARGED_FAMILY, ANA)
    assert placement.state == PlacementState.ENDED


@pytest.mark.parametrize("missing", [0, 1])
def test_where_one_of_two_does_not_arrive_the_other_keeps_his_place(missing: int) -> None:
    world = World(a_service("S2-1", places=2))
    placement = accepted(world)
    stays = [stay.id for stay in placement.open_stays]
    world.allocation().not_arrived(stays.pop(missing), ANA)
    assert placement.state == PlacementState.RESERVED
    world.allocation().admit(stays[0], ANA)
    assert placement.state == PlacementState.PLACED


def test_where_nobody_arrives_a_person_is_asked() -> None:
    world = World(a_service("S2-1", places=2))
    placement = accepted(world)
    for stay in placement.open_stays:
        world.allocation().not_arrived(stay.id, ANA)
    assert placement.state == PlacementState.NEEDS_PERSON


def test_a_sister_who_is_named_later_is_sought_for_together_with_the_others() -> None:
    world = World(a_service("S2-1", places=2), a_service("S2-2", places=3))
    placement = world.ask(siblings(2))
    assert world.service_of(placement) == "S2-1"
    world.ask(siblings(3), placement.case_id)
    assert world.service_of(placement) == "S2-2"
    assert states(placement) == [StayState.HELD] * 3
