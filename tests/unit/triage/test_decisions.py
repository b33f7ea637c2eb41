"""What a caseworker decides, and what he may not."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.vocabulary import (
    CaseState,
    Clock,
    Consent,
    LegalAct,
    PlacementState,
    StayEndReason,
    Urgency,
)
from services.triage.domain.errors import (
    AlreadyPlaced,
    NoteRequired,
    NothingSoughtAtU5,
)
from services.triage.domain.values import Act
from tests.unit.triage.building import (
    BEATEN_CHILD,
    NOW,
    POTHOLE,
    SLEEPS_IN_FROST,
    WANTS_A_CLUB,
    WORKER,
    decide,
    follow,
    news,
    opened,
    requested,
    running,
)

LATER = NOW + timedelta(minutes=20)


def test_a_confirmed_case_is_sought_a_place() -> None:
    case = opened(SLEEPS_IN_FROST)
    assert decide(case) == ["CaseTriaged", "PlacementRequested"]
    assert case.state is CaseState.PLACING
    assert case.doubts == ()
    assert case.decision is not None
    assert case.decision.by == WORKER


def test_the_request_says_what_the_protocol_knows_and_the_worker_decided() -> None:
    case = opened({"need": "elderly-crisis", "people": [{"role": "subject", "age": 80}, {"role": "child", "age": 8}]})
    decide(case, codes=("8730 CR-V-I",), services=("S2-46",), note="Singură.")
    request = requested(case).request
    assert (request.codes, request.services) == (("8730 CR-V-I",), ("S2-46",))
    assert request.evaluation == "after"
    assert [person.age for person in request.party] == [80]


def test_the_deadline_of_a_request_is_the_place_clocks() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case, at=LATER)
    assert requested(case).deadline == NOW + timedelta(hours=4)


def test_a_finished_evaluation_is_not_asked_for_again() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case, evaluation_done=True)
    decide(case, urgency=Urgency.U0, note="Se agravează.")
    assert requested(case).request.evaluation == "done"


def test_the_legal_act_travels_with_the_request() -> None:
    case = opened(BEATEN_CHILD)
    act = Act(LegalAct.DIRECTOR_DISPOSITION, number="418")
    decide(case, legal_act=act, note="Lovit azi.")
    assert requested(case).request.legal_act == act


def test_a_childs_placement_needs_the_named_workers_reason() -> None:
    with pytest.raises(NoteRequired):
        decide(opened(BEATEN_CHILD))
    with pytest.raises(NoteRequired):
        decide(opened(BEATEN_CHILD), note="  \n")


def test_a_child_for_whom_no_place_is_asked_needs_no_reason() -> None:
    case = opened({"need": "child-missing", "people": [{"role": "subject", "age": 9}]})
    assert decide(case) == ["CaseTriaged"]


@pytest.mark.parametrize(
    "departure",
    [{"urgency": Urgency.U0}, {"urgency": Urgency.U3}, {"codes": ("8790 CR-PFA-I",)}, {"services": ()}],
)
def test_a_departure_from_what_was_proposed_needs_a_reason(departure: dict[str, Any]) -> None:
    with pytest.raises(NoteRequired):
        decide(opened(SLEEPS_IN_FROST), **departure)
    assert decide(opened(SLEEPS_IN_FROST), **departure, note="Motiv.")


def test_a_persons_own_urgency_is_a_reason_of_its_own() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case, urgency=Urgency.U3, note="E la rude.")
    assert case.reasons[-1].rule == "decided-by-person"
    assert case.reasons[-1].values == {"level": Urgency.U3}


@pytest.mark.parametrize("consent", [Consent.REFUSED, Consent.NOT_ASKED])
def test_without_an_adults_consent_nothing_is_sought(consent: Consent) -> None:
    case = opened(SLEEPS_IN_FROST, relation="passer-by")
    assert decide(case, consent=consent) == ["CaseTriaged"]
    assert case.state is CaseState.OPEN
    assert [doubt.values for doubt in case.doubts] == [{"consent": consent}]


def test_recorded_consent_lets_the_search_begin() -> None:
    case = opened(SLEEPS_IN_FROST, relation="passer-by")
    decide(case, consent=Consent.REFUSED)
    assert decide(case, consent=Consent.GIVEN) == ["CaseTriaged", "PlacementRequested"]


def test_consent_withdrawn_calls_the_search_off() -> None:
    case = opened(WANTS_A_CLUB)
    assert decide(case, consent=Consent.REFUSED) == ["CaseTriaged", "PlacementCancelled"]
    assert case.state is CaseState.OPEN


def test_consent_once_recorded_stays() -> None:
    case = opened(SLEEPS_IN_FROST, relation="passer-by")
    decide(case, consent=Consent.GIVEN)
    decide(case, urgency=Urgency.U0, note="Mai rău.")
    assert case.consent is Consent.GIVEN


def test_who_cannot_consent_is_still_sought_a_place() -> None:
    case = opened(SLEEPS_IN_FROST, relation="passer-by")
    assert "PlacementRequested" in decide(case, consent=Consent.CANNOT)


def test_a_childs_refusal_does_not_stop_its_protection() -> None:
    case = opened(BEATEN_CHILD)
    assert "PlacementRequested" in decide(case, consent=Consent.REFUSED, note="Lovit azi.")


def test_nothing_to_place_leaves_the_case_open() -> None:
    case = opened(SLEEPS_IN_FROST)
    assert decide(case, codes=(), services=(), note="Îl ia fratele.") == ["CaseTriaged"]
    assert case.state is CaseState.OPEN
    assert Clock.PLACE not in running(case)


def test_nothing_left_to_place_calls_the_search_off() -> None:
    case = opened(WANTS_A_CLUB)
    assert decide(case, codes=(), note="S-a răzgândit.") == ["CaseTriaged", "PlacementCancelled"]


def test_the_same_decision_again_asks_no_center_again() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    assert decide(case) == ["CaseTriaged"]


@pytest.mark.parametrize("change", [{"urgency": Urgency.U0}, {"codes": ("8790 CR-PFA-I",)}, {"services": ("S2-10",)}])
def test_a_changed_decision_is_asked_again_whole(change: dict[str, Any]) -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    assert decide(case, **change, note="Altfel.") == ["CaseTriaged", "PlacementRequested"]


def test_the_same_decision_tries_again_where_the_search_was_stuck() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    follow(case, news(1, PlacementState.NEEDS_PERSON, needs_person=True))
    assert decide(case) == ["CaseTriaged", "PlacementRequested"]
    assert case.state is CaseState.PLACING


def test_who_left_on_his_own_can_be_sought_a_place_again() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.PLACED), news(2, PlacementState.ENDED, discharged=StayEndReason.LEFT_ON_OWN))
    assert decide(case) == ["CaseTriaged", "PlacementRequested"]


def test_a_changed_decision_leaves_the_clock_of_a_reserved_place_stopped() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    follow(case, news(1, PlacementState.RESERVED, "ReferralAccepted"))
    decide(case, urgency=Urgency.U0, note="Mai rău.")
    assert Clock.PLACE not in running(case)


def test_a_place_sought_after_all_sets_the_place_clock_going_again() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case, codes=(), services=(), note="Îl ia fratele.")
    decide(case, at=LATER, codes=("8790 CR-PFA-II",), note="Fratele nu a venit.")
    assert running(case)[Clock.PLACE] == NOW + timedelta(hours=4)


def test_at_u5_no_place_is_sought() -> None:
    with pytest.raises(NothingSoughtAtU5):
        decide(opened(POTHOLE), codes=("8899 CPDH-I",), note="Masă caldă.")


def test_somebody_who_has_arrived_is_not_placed_elsewhere() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.PLACED, "PersonAdmitted"))
    with pytest.raises(AlreadyPlaced):
        decide(case)


def test_a_lower_urgency_keeps_the_stricter_clocks() -> None:
    case = opened(SLEEPS_IN_FROST)
    before = running(case)
    decide(case, urgency=Urgency.U4, note="E la rude.", at=LATER)
    assert running(case) == before


def test_a_higher_urgency_shortens_the_clocks_from_now_on() -> None:
    case = opened(WANTS_A_CLUB)
    decide(case, urgency=Urgency.U1, note="A căzut.", at=LATER)
    assert running(case) == {
        Clock.FIRST_RESPONSE: LATER + timedelta(hours=1),
        Clock.PLACE: LATER + timedelta(hours=4),
    }


def test_the_timeline_says_who_decided_and_why() -> None:
    case = opened(BEATEN_CHILD)
    decide(case, note="Lovit azi.")
    assert [(entry.what, entry.who, entry.note) for entry in case.entries] == [
        ("CaseTriaged", WORKER, "Lovit azi."),
        ("PlacementRequested", WORKER, None),
    ]


def test_a_refused_decision_changes_nothing() -> None:
    case = opened(BEATEN_CHILD)
    with pytest.raises(NoteRequired):
        decide(case, urgency=Urgency.U3)
    assert (case.urgency, case.state, case.decision) == (Urgency.U1, CaseState.AWAITING_DECISION, None)
    assert running(case) == running(opened(BEATEN_CHILD))
