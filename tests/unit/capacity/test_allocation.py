from datetime import timedelta

import pytest

from contracts.vocabulary import (
    DeclineReason,
    NoPlaceReason,
    OfferState,
    PlacementState,
    StayEndReason,
    StayState,
    Urgency,
)
from services.capacity.domain import facts
from services.capacity.domain.errors import MoreThanPlaces, NotFound, OfferGone, WrongStayState
from services.capacity.domain.placement import Placement
from tests.unit.capacity.world import (
    ANA,
    SHELTER,
    World,
    a_man,
    a_request,
    a_service,
    by_sex,
    offer_of,
    stay_of,
    told,
)

SILENT_TOO_LONG = timedelta(hours=5)


def last_fact(placement: Placement) -> facts.Fact:
    return placement.happened[-1][0]


def test_a_request_holds_a_place_and_offers_it() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    assert placement.state == PlacementState.OFFERED
    assert stay_of(placement).state == StayState.HELD
    assert told(placement) == [facts.Offered]
    assert world.ledger.free(world.directory.services[0].units[0].id) == []


def test_the_offer_ends_when_its_urgency_says() -> None:
    world = World(a_service("S2-1"))
    assert offer_of(world.ask()).expires_at == world.now + timedelta(hours=4)


def test_a_service_may_set_a_shorter_limit() -> None:
    world = World(a_service("S2-1", offer_limit=timedelta(minutes=15)))
    assert offer_of(world.ask()).expires_at == world.now + timedelta(minutes=15)


def test_a_service_cannot_set_a_longer_limit() -> None:
    world = World(a_service("S2-1", offer_limit=timedelta(days=2)))
    assert offer_of(world.ask()).expires_at == world.now + timedelta(hours=4)


def test_an_accepted_offer_reserves_the_held_place() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().accept(offer_of(placement).id, ANA)
    assert placement.state == PlacementState.RESERVED
    assert stay_of(placement).state == StayState.RESERVED
    assert stay_of(placement).arrival_due == world.now + timedelta(hours=24)
    assert last_fact(placement) == facts.Accepted(offer_of(placement), ANA)


def test_an_acceptance_said_twice_is_heard_once() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().accept(offer_of(placement).id, ANA)
    world.allocation().accept(offer_of(placement).id, ANA)
    assert told(placement) == [facts.Offered, facts.Accepted]


def test_an_offer_stands_until_it_is_expired_not_until_its_time() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.pass_time(SILENT_TOO_LONG)
    world.allocation().accept(offer_of(placement).id, ANA)
    world.expire_all()
    assert placement.state == PlacementState.RESERVED


def test_an_expired_offer_cannot_be_accepted() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.pass_time(SILENT_TOO_LONG)
    world.expire_all()
    with pytest.raises(OfferGone) as error:
        world.allocation().accept(offer_of(placement).id, ANA)
    assert error.value.what == "it has expired"


def test_an_offer_does_not_expire_before_its_time() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.expire_all()
    assert placement.state == PlacementState.OFFERED


def test_after_a_refusal_the_next_service_is_asked_at_once() -> None:
    world = World(a_service("S2-1"), a_service("S2-2"))
    placement = world.ask()
    world.allocation().decline(offer_of(placement).id, DeclineReason.OTHER, "", ANA)
    assert told(placement) == [facts.Offered, facts.Declined, facts.Offered]
    assert world.service_of(placement) == "S2-2"
    assert offer_of(placement).round == 2


def test_a_declined_service_is_not_asked_again() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().decline(offer_of(placement).id, DeclineReason.OTHER, "", ANA)
    world.pass_time(timedelta(days=30))
    world.ask(a_request(), placement.case_id)
    assert placement.state == PlacementState.NEEDS_PERSON
    assert len(placement.offers) == 1


def test_a_refused_offer_cannot_be_accepted() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().decline(offer_of(placement).id, DeclineReason.OTHER, "", ANA)
    with pytest.raises(OfferGone):
        world.allocation().accept(offer_of(placement).id, ANA)


def test_a_center_without_the_place_takes_it_out_of_service() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().decline(offer_of(placement).id, DeclineReason.NO_PLACE, "", ANA)
    place = next(iter(world.ledger.places.values()))
    assert place.out_of_service == "to-be-checked"
    assert not place.is_free


def test_a_silent_service_is_left_alone_for_a_day_and_then_asked_again() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.pass_time(SILENT_TOO_LONG)
    world.expire_all()
    assert told(placement)[-1] == facts.NeedsPerson
    assert placement.search_again_at == world.now + timedelta(hours=24)
    world.pass_time(timedelta(hours=24))
    world.allocation().search_again(placement.case_id)
    assert placement.state == PlacementState.OFFERED
    assert placement.search_again_at is None


def test_when_fitting_services_are_full_the_person_waits() -> None:
    world = World(a_service("S2-1"))
    world.ask()
    second, third = world.ask(), world.ask()
    assert second.state == third.state == PlacementState.WAITING
    full = (facts.NoPlace(SHELTER, NoPlaceReason.ALL_FULL),)
    assert last_fact(second) == facts.Waitlisted(full, 1)
    assert last_fact(third) == facts.Waitlisted(full, 2)


@pytest.mark.parametrize("urgency", [Urgency.U0, Urgency.U1])
def test_the_most_urgent_never_wait_in_silence_and_keep_their_place_in_line(urgency: Urgency) -> None:
    world = World(a_service("S2-1"))
    first = world.admitted()
    waiting = world.ask()
    urgent = world.ask(a_request(urgency=urgency))
    assert told(urgent) == [facts.NeedsPerson]
    world.allocation().discharge(stay_of(first).id, StayEndReason.LEFT_ON_OWN, ANA)
    assert urgent.state == PlacementState.OFFERED
    assert waiting.state == PlacementState.WAITING


def test_a_discharge_gives_the_place_to_the_first_who_waits() -> None:
    world = World(a_service("S2-1"))
    first = world.admitted()
    second, third = world.ask(), world.ask()
    world.allocation().discharge(stay_of(first).id, StayEndReason.DISCHARGED_HOME, ANA)
    assert first.state == PlacementState.ENDED
    assert last_fact(first) == facts.Discharged(stay_of(first), StayEndReason.DISCHARGED_HOME)
    assert second.state == PlacementState.OFFERED
    assert third.state == PlacementState.WAITING


def test_a_freed_place_goes_past_those_whom_it_does_not_fit() -> None:
    world = World(a_service("S2-10", units=by_sex("S2-10", women=1, men=1)))
    woman = a_request(person=a_man(sex="f"))
    world.admitted(woman)
    man = world.admitted()
    waiting_woman, waiting_man = world.ask(woman), world.ask()
    world.allocation().discharge(stay_of(man).id, StayEndReason.LEFT_ON_OWN, ANA)
    assert waiting_woman.state == PlacementState.WAITING
    assert waiting_man.state == PlacementState.OFFERED


def test_who_does_not_arrive_frees_the_place_for_the_first_who_waits() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().accept(offer_of(placement).id, ANA)
    waiter = world.ask()
    world.allocation().not_arrived(stay_of(placement).id, ANA)
    assert placement.state == PlacementState.NEEDS_PERSON
    assert stay_of(placement).end_reason == StayEndReason.NOT_ARRIVED
    assert waiter.state == PlacementState.OFFERED


def test_nobody_is_admitted_before_the_center_has_accepted() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    with pytest.raises(WrongStayState):
        world.allocation().admit(stay_of(placement).id, ANA)


def test_a_newer_request_keeps_the_offer_while_the_service_still_fits() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.ask(a_request(urgency=Urgency.U1), placement.case_id)
    assert told(placement) == [facts.Offered]
    assert placement.urgency == Urgency.U1


def test_a_newer_request_that_the_service_does_not_fit_withdraws_the_offer_and_searches_again() -> None:
    world = World(a_service("S2-1"), a_service("S2-2", code="8790 CR-X"))
    placement, waiter = world.ask(), world.ask()
    world.ask(a_request(codes=("8790 CR-X",)), placement.case_id)
    assert told(placement) == [facts.Offered, facts.Withdrawn, facts.Offered]
    assert waiter.state == PlacementState.OFFERED


def test_a_newer_request_that_the_held_unit_does_not_fit_moves_to_another_unit() -> None:
    world = World(a_service("S2-10", units=by_sex("S2-10", women=1, men=1)))
    placement = world.ask()
    world.ask(a_request(person=a_man(sex="f")), placement.case_id)
    assert told(placement) == [facts.Offered, facts.Withdrawn, facts.Offered]


def test_waiting_since_never_changes_while_somebody_waits() -> None:
    world = World(a_service("S2-1"))
    world.ask()
    early = world.ask()
    since = early.waiting_since
    world.pass_time(timedelta(hours=1))
    late = world.ask()
    world.ask(a_request(), early.case_id)
    assert early.waiting_since == since
    assert last_fact(early) == facts.Waitlisted((facts.NoPlace(SHELTER, NoPlaceReason.ALL_FULL),), 1)
    assert late.waiting_since == world.now


def test_a_cancellation_withdraws_the_offer_and_frees_the_place_for_who_waits() -> None:
    world = World(a_service("S2-1"))
    placement, waiter = world.ask(), world.ask()
    world.cancel(placement)
    assert placement.state == PlacementState.CANCELLED
    assert told(placement) == [facts.Offered, facts.Withdrawn]
    assert waiter.state == PlacementState.OFFERED


def test_a_cancellation_withdraws_an_accepted_offer_whose_person_has_not_arrived() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().accept(offer_of(placement).id, ANA)
    world.cancel(placement)
    assert offer_of(placement).state == OfferState.WITHDRAWN
    assert stay_of(placement).end_reason == StayEndReason.OFFER_WITHDRAWN


def test_a_cancellation_leaves_the_waiting_list() -> None:
    world = World(a_service("S2-1"))
    placement, waiter = world.ask(), world.ask()
    world.cancel(waiter)
    world.cancel(placement)
    assert waiter.state == PlacementState.CANCELLED
    assert waiter.offers == []


def test_a_cancellation_leaves_people_where_they_are() -> None:
    world = World(a_service("S2-1"))
    placement = world.admitted()
    world.cancel(placement)
    assert placement.state == PlacementState.PLACED
    assert stay_of(placement).state == StayState.OCCUPIED


def test_a_cancellation_after_the_discharge_changes_nothing() -> None:
    world = World(a_service("S2-1"))
    placement = world.admitted()
    world.allocation().discharge(stay_of(placement).id, StayEndReason.DISCHARGED_HOME, ANA)
    world.cancel(placement)
    assert placement.state == PlacementState.ENDED


def test_a_cancellation_before_its_request_leaves_a_tombstone() -> None:
    world = World(a_service("S2-1"))
    tombstone = world.follow(world.wanted(None, sequence=5))
    world.follow(world.wanted(a_request(), tombstone.case_id, sequence=4))
    assert tombstone.state == PlacementState.CANCELLED
    assert tombstone.happened == []


def test_a_newer_request_after_a_cancellation_searches_again() -> None:
    world = World(a_service("S2-1"))
    tombstone = world.follow(world.wanted(None, sequence=5))
    world.follow(world.wanted(a_request(), tombstone.case_id, sequence=6))
    assert tombstone.state == PlacementState.OFFERED


def test_a_repeated_request_changes_nothing() -> None:
    world = World(a_service("S2-1"))
    wanted = world.wanted(a_request())
    placement = world.follow(wanted)
    world.follow(wanted)
    assert told(placement) == [facts.Offered]


def test_a_service_without_counted_places_is_offered_without_one() -> None:
    world = World(a_service("S2-44", kind="referral", units=()))
    placement = world.ask(a_request(codes=(), services=("S2-44",)))
    assert placement.stays == []
    world.allocation().accept(offer_of(placement).id, ANA)
    assert stay_of(placement).place_id is None
    world.allocation().admit(stay_of(placement).id, ANA)
    world.allocation().discharge(stay_of(placement).id, StayEndReason.LEFT_ON_OWN, ANA)
    assert placement.state == PlacementState.ENDED


def test_opening_occupancy_takes_places_without_a_case() -> None:
    world = World(a_service("S2-1", places=3))
    unit = world.directory.services[0].units[0]
    world.allocation().open_occupancy(unit.id, 2, ANA)
    assert len(world.ledger.free(unit.id)) == 1
    assert {stay.state for stay in world.residents.values()} == {StayState.OCCUPIED}


def test_more_people_than_places_cannot_be_there() -> None:
    world = World(a_service("S2-1", places=3))
    with pytest.raises(MoreThanPlaces):
        world.allocation().open_occupancy(world.directory.services[0].units[0].id, 4, ANA)


def test_who_was_there_from_the_start_leaves_his_place_to_who_waits() -> None:
    world = World(a_service("S2-1"))
    world.allocation().open_occupancy(world.directory.services[0].units[0].id, 1, ANA)
    waiter = world.ask()
    (resident,) = world.residents
    world.allocation().discharge(resident, StayEndReason.DECEASED, ANA)
    assert waiter.state == PlacementState.OFFERED
    with pytest.raises(WrongStayState):
        world.allocation().discharge(resident, StayEndReason.DECEASED, ANA)


def test_an_unknown_offer_is_not_found() -> None:
    world = World(a_service("S2-1"))
    with pytest.raises(NotFound):
        world.allocation().accept(world.new_id(), ANA)


def test_nobody_is_passed_over_where_the_first_waiter_was_not_loaded() -> None:
    world = World(a_service("S2-1"))
    first = world.admitted()
    early, late = world.ask(), world.ask()
    allocation = world.allocation()
    del allocation.placements[early.case_id]
    allocation.discharge(stay_of(first).id, StayEndReason.LEFT_ON_OWN, ANA)
    assert late.state == PlacementState.WAITING


def test_a_late_arrival_asks_a_person_once_and_keeps_the_place() -> None:
    world = World(a_service("S2-1"))
    placement = world.ask()
    world.allocation().accept(offer_of(placement).id, ANA)
    stay_id = stay_of(placement).id
    world.allocation().notice_late_arrival(stay_id)
    assert not asked_for_a_person(placement)
    world.pass_time(timedelta(hours=24))
    world.allocation().notice_late_arrival(stay_id)
    world.allocation().notice_late_arrival(stay_id)
    assert len(asked_for_a_person(placement)) == 1
    assert (placement.state, stay_of(placement).state) == (PlacementState.RESERVED, StayState.RESERVED)
    world.allocation().admit(stay_id, ANA)
    assert placement.state == PlacementState.PLACED


def asked_for_a_person(placement: Placement) -> list[facts.Fact]:
    return [fact for fact, _ in placement.happened if isinstance(fact, facts.NeedsPerson)]
