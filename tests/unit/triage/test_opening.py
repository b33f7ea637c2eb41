"""From a source to a case, and what happens without anybody's decision."""

from datetime import timedelta

import pytest

from contracts.vocabulary import CallType, CaseState, Clock, Consent, PublicStatus, Urgency
from services.triage.arrivals import of_call
from services.triage.handlers import open_case
from tests.unit.triage.building import (
    BEATEN_CHILD,
    CLOCK,
    NOW,
    POTHOLE,
    SLEEPS_IN_FROST,
    WANTS_A_CLUB,
    arrival_of_call,
    call,
    just_opened,
    names,
    requested,
    running,
)


def test_a_planned_need_without_doubt_goes_on_by_itself() -> None:
    case = just_opened(WANTS_A_CLUB)
    assert case.state is CaseState.PLACING
    assert names(case) == ["CaseOpened", "CaseTriaged", "PlacementRequested"]
    assert requested(case).request.codes == ("8810 CZ-V-II", "8810 CZ-V-I")


def test_the_program_decides_in_nobodys_name() -> None:
    case = just_opened(WANTS_A_CLUB)
    assert case.decision is None
    assert case.recorded[1].fact.by is None  # type: ignore[union-attr]


def test_each_fact_is_told_with_the_case_as_it_stood_then() -> None:
    case = just_opened(WANTS_A_CLUB)
    told = [(r.case.sequence, r.case.state, r.case.public_status) for r in case.recorded]
    assert told == [
        (1, CaseState.OPEN, PublicStatus.RECEIVED),
        (2, CaseState.PLACING, PublicStatus.HELP_BEING_ARRANGED),
        (3, CaseState.PLACING, PublicStatus.HELP_BEING_ARRANGED),
    ]


@pytest.mark.parametrize("situation", [SLEEPS_IN_FROST, BEATEN_CHILD, {}, {"need": "a-word-nobody-knows"}])
def test_a_person_decides_where_there_is_doubt_or_danger(situation: dict[str, object]) -> None:
    case = just_opened(situation)
    assert case.state is CaseState.AWAITING_DECISION
    assert names(case) == ["CaseOpened"]
    assert case.doubts


def test_an_adult_who_was_not_asked_waits_for_a_person() -> None:
    case = just_opened(WANTS_A_CLUB, relation="neighbour")
    assert case.consent is Consent.NOT_ASKED
    assert case.state is CaseState.AWAITING_DECISION


def test_nothing_is_sought_for_another_authoritys_matter() -> None:
    case = just_opened(POTHOLE)
    assert case.state is CaseState.OPEN
    assert names(case) == ["CaseOpened", "CaseTriaged"]
    assert Clock.PLACE not in running(case)


def test_clocks_run_from_the_receipt_of_the_source() -> None:
    case = just_opened(SLEEPS_IN_FROST)
    assert running(case) == {
        Clock.FIRST_RESPONSE: NOW + timedelta(hours=1),
        Clock.PLACE: NOW + timedelta(hours=4),
    }


def test_a_planned_need_has_no_place_clock() -> None:
    assert set(running(just_opened(WANTS_A_CLUB))) == {Clock.FIRST_RESPONSE}


def test_the_operator_raises_the_urgency_and_is_named_as_the_reason() -> None:
    case = open_case(arrival_of_call(call(WANTS_A_CLUB, proposed=Urgency.U1)), CLOCK, NOW)
    assert case.urgency is Urgency.U1
    assert case.reasons[-1].rule == "proposed-by-operator"
    assert [doubt.rule for doubt in case.doubts] == ["urgency-needs-a-person"]
    assert case.state is CaseState.AWAITING_DECISION


def test_the_operator_raises_within_what_the_program_may_do() -> None:
    case = open_case(arrival_of_call(call(WANTS_A_CLUB, proposed=Urgency.U3)), CLOCK, NOW)
    assert (case.urgency, case.state) == (Urgency.U3, CaseState.PLACING)


@pytest.mark.parametrize("proposed", [Urgency.U1, Urgency.U5])
def test_the_operator_never_lowers_the_urgency(proposed: Urgency) -> None:
    case = open_case(arrival_of_call(call(SLEEPS_IN_FROST, proposed=proposed)), CLOCK, NOW)
    assert case.urgency is Urgency.U1
    assert "proposed-by-operator" not in [reason.rule for reason in case.reasons]


def test_a_confirmation_is_asked_for_once_at_the_raised_urgency() -> None:
    case = open_case(arrival_of_call(call(SLEEPS_IN_FROST, proposed=Urgency.U0)), CLOCK, NOW)
    asked = [doubt.values for doubt in case.doubts if doubt.rule == "urgency-needs-a-person"]
    assert asked == [{"level": Urgency.U0}]


@pytest.mark.parametrize("call_type", [CallType.SILENT, CallType.JOKE, CallType.THANK_YOU])
def test_some_calls_open_no_case(call_type: CallType) -> None:
    assert of_call(call(None, call_type=call_type)) is None


def test_a_call_about_which_nothing_is_known_still_waits_for_a_person() -> None:
    case = open_case(arrival_of_call(call(None, call_type=CallType.OTHER_LANGUAGE)), CLOCK, NOW)
    assert (case.urgency, case.state) == (Urgency.U2, CaseState.AWAITING_DECISION)


def test_a_call_is_received_when_it_was_logged() -> None:
    event = call(SLEEPS_IN_FROST, started_at=NOW - timedelta(days=400))
    assert arrival_of_call(event).source.received_at == event.envelope.time


def test_people_are_known_by_pseudonyms_and_one_of_them_is_the_subject() -> None:
    mother = {"role": "parent", "name": "Maria Ionescu", "age": 30}
    case = just_opened(BEATEN_CHILD | {"people": [mother, {"role": "child", "name": "Ion Ionescu", "age": 9}]})
    assert len({person.person_id for person in case.circumstances.people}) == 2
    assert case.subject.name == "Ion Ionescu"


def test_somebody_whom_nobody_described_is_known_by_the_case() -> None:
    case = just_opened({"need": "mental-health"})
    assert case.subject.person_id == case.id
