"""Written cases with the answer that a duty social worker would expect."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.vocabulary import CallType, CaseState, Urgency
from services.triage.arrivals import Arrival, of_call, of_report
from services.triage.domain.case import Case
from services.triage.handlers import open_case
from tests.unit.triage.building import CLOCK, NOW, call, report

VIGNETTES = {row["id"]: row for row in yaml.safe_load(Path(__file__).with_name("vignettes.yaml").read_text("utf-8"))}
CAME_IN = {name: row for name, row in VIGNETTES.items() if "source" in row}
JUDGED = {name: row for name, row in CAME_IN.items() if "urgency" in row["expect"]}

STATES = {
    "v01-toddler-beaten": CaseState.AWAITING_DECISION,
    "v02-weapon-now": CaseState.AWAITING_DECISION,
    "v03-night-shelter-frost": CaseState.AWAITING_DECISION,
    "v04-minor-never-in-adult-shelter": CaseState.AWAITING_DECISION,
    "v05-lonely-pensioner": CaseState.PLACING,
    "v06-creche": CaseState.PLACING,
    "v07-pothole": CaseState.OPEN,
    "v08-mother-two-children": CaseState.AWAITING_DECISION,
    "v09-trafficked-girl": CaseState.AWAITING_DECISION,
    "v11-disabled-adult-carer-died": CaseState.AWAITING_DECISION,
    "v12-same-event-twice": CaseState.AWAITING_DECISION,
    "v13-other-child-same-block": CaseState.PLACING,
    "v14-newborn-safe-in-hospital": CaseState.AWAITING_DECISION,
    "v15-suicidal-teenager-on-the-info-line": CaseState.AWAITING_DECISION,
    "v17-only-center-silent": CaseState.AWAITING_DECISION,
    "v18-man-refuses": CaseState.AWAITING_DECISION,
}


def arrival(vignette: dict[str, Any]) -> Arrival | None:
    source, situation = vignette["source"], vignette["situation"]
    if "line" in source:
        return of_call(call(situation, source["relation"], CallType(source["call_type"])))
    return of_report(report(situation, source["relation"]))


def case_of(vignette: dict[str, Any]) -> Case:
    arrived = arrival(vignette)
    assert arrived is not None
    return open_case(arrived, CLOCK, NOW)


@pytest.mark.parametrize("name", JUDGED)
def test_the_urgency_is_the_one_expected(name: str) -> None:
    most, least = (Urgency(level) for level in JUDGED[name]["expect"]["urgency"])
    assert most <= case_of(JUDGED[name]).urgency <= least


@pytest.mark.parametrize("name", [name for name, row in CAME_IN.items() if "response" in row["expect"]])
def test_the_right_people_go_first(name: str) -> None:
    assert case_of(CAME_IN[name]).assessment.response == CAME_IN[name]["expect"]["response"]


@pytest.mark.parametrize("name", [name for name, row in CAME_IN.items() if "codes_first" in row["expect"]])
def test_the_most_fitting_service_is_asked_first(name: str) -> None:
    assert case_of(CAME_IN[name]).codes[0] == CAME_IN[name]["expect"]["codes_first"]


@pytest.mark.parametrize("name", [name for name, row in CAME_IN.items() if "codes_any" in row["expect"]])
def test_one_of_the_fitting_services_is_asked(name: str) -> None:
    assert set(CAME_IN[name]["expect"]["codes_any"]) & set(case_of(CAME_IN[name]).codes)


@pytest.mark.parametrize("name", STATES)
def test_a_person_is_asked_where_one_must_be(name: str) -> None:
    assert case_of(CAME_IN[name]).state is STATES[name]


@pytest.mark.parametrize("name", [name for name, row in CAME_IN.items() if row["expect"].get("no_case")])
def test_a_silent_call_opens_no_case(name: str) -> None:
    assert arrival(CAME_IN[name]) is None


def test_every_vignette_that_comes_in_is_looked_at() -> None:
    silent = {name for name, row in CAME_IN.items() if row["expect"].get("no_case")}
    assert set(STATES) | silent == set(CAME_IN)


def test_who_refuses_is_offered_nothing() -> None:
    case = case_of(CAME_IN["v18-man-refuses"])
    assert "consent-not-given" in [doubt.rule for doubt in case.doubts]
    assert case.request is None


def test_the_telephone_number_of_who_can_help_travels_with_the_case() -> None:
    assert case_of(CAME_IN["v02-weapon-now"]).assessment.external == ("domestic-violence-helpline",)
