"""A named person picks a service, and may pass over some of what keeps the program from it."""

import pytest

from contracts.vocabulary import DeclineReason, OfferState, PlacementState, StayEndReason, StayState, Urgency
from services.capacity.domain import facts
from services.capacity.domain.errors import DoesNotFit, NotFound, NothingSought
from services.capacity.domain.explanation import Verdict
from services.capacity.domain.offer import By
from services.capacity.domain.placement import Placement
from tests.unit.capacity.world import ANA, World, a_man, a_request, a_service, offer_of, told

ELENA = By("elena", "Elena Ene", "caseworker")
WHY = "Am vorbit cu ei."


def pick(world: World, placement: Placement, row: str) -> None:
    service = next(service for service in world.directory.services if service.row == row)
    world.allocation().offer_by_hand(placement.case_id, service.id, ELENA, WHY)


def hindrances(world: World, placement: Placement, row: str) -> set[str]:
    with pytest.raises(DoesNotFit) as refused:
        pick(world, placement, row)
    return {check.rule for check in refused.value.hindrances}


def test_a_service_that_nobody_asked_for_is_offered_with_who_and_why() -> None:
    world = World(a_service("S2-1", code="OTHER"))
    placement = world.ask()
    pick(world, placement, "S2-1")
    assert (placement.state, world.service_of(placement)) == (PlacementState.OFFERED, "S2-1")
    explanation = placement.searches[-1].explanation
    assert (explanation.by, explanation.note) == (ELENA, WHY)
    assert [service.verdict for service in explanation.services] == [Verdict.BY_HAND]


def test_a_refusal_a_silence_a_closed_door_and_a_reserve_may_be_passed_over() -> None:
    world = World(a_service("S2-1", accepts_referrals=False, emergency_only=True), a_service("S2-2"))
    placement = world.ask(a_request(urgency=Urgency.U3))
    world.allocation().decline(offer_of(placement).id, DeclineReason.OTHER, "", ANA)
    pick(world, placement, "S2-1")
    assert world.service_of(placement) == "S2-1"
    pick(world, placement, "S2-2")
    assert world.service_of(placement) == "S2-2"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"max_age": 17}, "age"),
        ({"only_target": "creche"}, "only-target"),
        ({"requires": "protection-measure"}, "protection-measure"),
    ],
)
def test_age_target_and_act_may_not(values: dict[str, object], rule: str) -> None:
    world = World(a_service("S2-1", code="OTHER", **values))
    assert hindrances(world, world.ask(), "S2-1") == {rule}


def test_no_child_is_sent_among_adults_by_anybody() -> None:
    world = World(a_service("S2-1", min_age=18))
    placement = world.ask(a_request(a_man(age=12)))
    assert "child-among-adults" in hindrances(world, placement, "S2-1")


def test_a_place_that_is_not_free_is_nobodys_to_give() -> None:
    world = World(a_service("S2-1"))
    world.ask()
    assert hindrances(world, world.ask(), "S2-1") == {"free-place"}


def test_what_was_offered_before_is_given_up_and_goes_to_the_next() -> None:
    world = World(a_service("S2-1"), a_service("S2-2", code="OTHER"))
    placement, waiting = world.ask(), world.ask()
    pick(world, placement, "S2-2")
    assert told(placement) == [facts.Offered, facts.Withdrawn, facts.Offered]
    assert [offer.state for offer in placement.offers] == [OfferState.WITHDRAWN, OfferState.OFFERED]
    assert [stay.state for stay in placement.open_stays] == [StayState.HELD]
    assert world.service_of(waiting) == "S2-1"


def test_picked_twice_it_is_offered_once() -> None:
    world = World(a_service("S2-1"), a_service("S2-2"))
    placement = world.ask()
    for _ in range(2):
        pick(world, placement, "S2-2")
    assert len(placement.offers) == 2


def test_for_whom_no_place_is_sought_none_is_offered() -> None:
    world = World(a_service("S2-1", places=2))
    placed, cancelled = world.admitted(), world.cancel(world.ask())
    for placement in (placed, cancelled):
        with pytest.raises(NothingSought):
            pick(world, placement, "S2-1")
    world.allocation().discharge(placed.stays[-1].id, StayEndReason.LEFT_ON_OWN, ANA)
    with pytest.raises(NothingSought):
        pick(world, placed, "S2-1")


def test_what_is_not_there_cannot_be_offered() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    with pytest.raises(NotFound):
        world.allocation().offer_by_hand(placement.case_id, world.new_id(), ELENA, WHY)
    with pytest.raises(NotFound):
        world.allocation().offer_by_hand(world.new_id(), world.directory.services[0].id, ELENA, WHY)
