"""How a person ends a case, and when he may not."""

import pytest

from contracts.vocabulary import CaseOutcome, CaseState, PlacementState, Urgency
from services.triage.domain.case import Case
from services.triage.domain.errors import AlreadyClosed, RiskStillOpen
from services.triage.domain.values import Ending
from tests.unit.triage.building import (
    NOW,
    SLEEPS_IN_FROST,
    WANTS_A_CLUB,
    WORKER,
    decide,
    follow,
    forget,
    names,
    news,
    opened,
    running,
)


def close(case: Case, outcome: CaseOutcome = CaseOutcome.SAFE_AT_HOME) -> list[str]:
    forget(case)
    case.close(Ending(outcome, "Motiv."), WORKER, NOW)
    return names(case)


def test_closing_ends_the_case_and_its_clocks() -> None:
    case = opened(SLEEPS_IN_FROST)
    assert close(case) == ["CaseClosed"]
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.SAFE_AT_HOME)
    assert running(case) == {}


def test_closing_calls_off_a_living_search() -> None:
    assert close(opened(WANTS_A_CLUB)) == ["PlacementCancelled", "CaseClosed"]


def test_closing_leaves_who_has_arrived_where_he_is() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.PLACED, "PersonAdmitted"))
    assert close(case, CaseOutcome.PLACED) == ["CaseClosed"]


def test_a_closed_case_is_neither_decided_nor_closed_again() -> None:
    case = opened(WANTS_A_CLUB)
    close(case)
    with pytest.raises(AlreadyClosed):
        close(case)
    with pytest.raises(AlreadyClosed):
        decide(case)


def test_a_grave_risk_is_not_ruled_out_from_the_desk() -> None:
    with pytest.raises(RiskStillOpen):
        close(opened(SLEEPS_IN_FROST), CaseOutcome.RISK_NOT_CONFIRMED)


def test_a_grave_risk_is_not_ruled_out_by_lowering_it_first() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case, urgency=Urgency.U4, note="Nu pare grav.")
    with pytest.raises(RiskStillOpen):
        close(case, CaseOutcome.RISK_NOT_CONFIRMED)


def test_a_lesser_risk_may_be_ruled_out() -> None:
    assert close(opened(WANTS_A_CLUB), CaseOutcome.RISK_NOT_CONFIRMED)[-1] == "CaseClosed"
