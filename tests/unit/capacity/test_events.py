from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts import capacity
from contracts.vocabulary import DeclineReason, StayEndReason
from services.capacity import events
from services.capacity.domain.offer import CENTER_STAFF, By
from tests.unit.capacity.world import ANA, World, a_man, a_request, a_service, offer_of, stay_of


def published(world: World) -> list[capacity.ReferralEvent]:
    outgoing = events.referrals(world.allocation())
    return [each.event for each in outgoing if isinstance(each.event, capacity.ReferralEvent)]


def a_full_story() -> World:
    """Everything that can happen to a placement happens to somebody."""
    world = World(a_service("S2-1"))
    leaving, waiter = world.admitted(a_request(person=a_man(name="Canar Pop"))), world.ask()
    world.allocation().discharge(stay_of(leaving).id, StayEndReason.LEFT_ON_OWN, ANA)
    world.allocation().accept(offer_of(waiter).id, ANA)
    world.ask()
    world.allocation().not_arrived(stay_of(waiter).id, ANA)
    world.pass_time(timedelta(hours=5))
    world.expire_all()
    decliner = world.ask()
    world.allocation().decline(offer_of(decliner).id, DeclineReason.OTHER, "o notă", ANA)
    world.cancel(world.ask())
    return world


def test_every_fact_becomes_an_event() -> None:
    assert {type(event) for event in published(a_full_story())} == set(capacity.REFERRAL_EVENTS)


def test_no_event_names_the_person_or_repeats_a_note() -> None:
    text = "".join(event.model_dump_json() for event in published(a_full_story()))
    assert "Canar Pop" not in text
    assert "o notă" not in text


def test_events_of_a_case_are_numbered_from_one() -> None:
    numbers: dict[str, list[int]] = {}
    for outgoing in events.referrals(a_full_story().allocation()):
        numbers.setdefault(outgoing.key, []).append(outgoing.sequence)
    assert all(each == list(range(1, len(each) + 1)) for each in numbers.values())


@pytest.mark.parametrize(("confidential", "name"), [(False, "Ana"), (True, "")])
def test_of_the_staff_of_a_confidential_service_only_the_role_is_told(confidential: bool, name: str) -> None:
    world = World(replace(a_service("S2-11"), confidential=confidential, alias=uuid4() if confidential else None))
    asked = offer_of(world.ask())
    world.allocation().accept(asked.id, By("ana@gavroche", "Ana", CENTER_STAFF))
    accepted = next(each for each in published(world) if isinstance(each, capacity.ReferralAccepted))
    assert (accepted.by.name, accepted.by.role) == (name, CENTER_STAFF)
    assert ("gavroche" in accepted.model_dump_json()) == (not confidential)


def test_a_confidential_row_that_was_asked_for_is_not_repeated() -> None:
    hidden = a_service("S2-1", confidential=True, alias=uuid4(), max_age=3)
    world = World(hidden)
    world.ask(a_request(codes=(), services=("S2-1",), person=a_man(age=40)))
    [told] = [each for each in published(world) if isinstance(each, capacity.PlacementNeedsPerson)]
    assert [no.asked for no in told.why] == [str(hidden.alias)]


def test_a_confidential_service_is_an_alias_with_a_code() -> None:
    service = replace(a_service("S2-11"), confidential=True, alias=uuid4())
    known_as = events.service_ref(service)
    assert known_as == capacity.ServiceRef(
        service_id=service.alias or service.id,
        kind=service.kind,
        code=service.code,
        confidential=True,
        row=None,
        name=None,
        authority=None,
    )
