from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_json

import services.capacity
from contracts.protocol import PROTOCOL, assess
from contracts.situation import Situation
from contracts.vocabulary import Consent, DeclineReason, LegalAct, PlacementState, ServiceStatus, Sex, Urgency
from services.capacity import directory
from services.capacity.domain import facts
from services.capacity.domain.directory import Service
from services.capacity.domain.explanation import Verdict
from services.capacity.domain.placement import Placement
from services.capacity.domain.request import Person, Request
from tests.unit.capacity.world import ANA, World, a_man, a_request, a_service, by_sex, offer_of

DATA = Path(services.capacity.__file__).parent / "data"
DIRECTORY = directory.read(DATA)


def the_city() -> World:
    """Every service of the real directory, all places free."""
    return World(*DIRECTORY.services)


def wish(situation: dict[str, Any], relation: str, *, urgency: Urgency | None = None, **values: Any) -> Request:
    """What triage asks for after the protocol, once a person has confirmed it."""
    told = Situation.model_validate(situation)
    assessment = assess(PROTOCOL, told, relation)
    subject = told.subject
    assert subject is not None
    defaults: dict[str, Any] = {
        "need": told.need,
        "target": assessment.target,
        "urgency": urgency or assessment.urgency,
        "codes": assessment.codes,
        "services": assessment.services,
        "party": (Person(None, None, subject.age, subject.age_min, subject.age_max, subject.sex, subject.flags),),
        "sector": told.location.sector,
        "consent": assessment.consent,
        "evaluation": "after" if assessment.evaluation_after else "missing",
        "legal_act": None,
        "external": assessment.external,
    }
    return Request(**(defaults | values))


def failed(placement: Placement, row: str) -> set[str]:
    """The rules that spoke against a service in the last search."""
    explained = {each.row: each for each in placement.searches[-1].explanation.services}
    return {check.rule for check in explained[row].checks if not check.ok}


def offered_rows(world: World, request: Request) -> list[str]:
    """Every service that would be asked, one after the other, as each declines."""
    placement, rows = world.ask(request), []
    while placement.state == PlacementState.OFFERED:
        rows.append(world.service_of(placement))
        world.allocation().decline(offer_of(placement).id, DeclineReason.NOT_ELIGIBLE, "", ANA)
    return rows


TODDLER = {
    "need": "child-abuse-leave-home",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 4, "sex": "m"}],
    "risk_factors": ["fresh-violence", "aggressor-has-access"],
}
WOMAN_THREATENED = {
    "need": "domestic-violence-leave",
    "location": {"sector": 6},
    "people": [{"role": "subject", "age": 33, "sex": "f"}, {"role": "child", "age": 6, "sex": "f"}],
    "risk_factors": ["weapon-in-use", "life-in-danger"],
}
MAN_IN_FROST = {
    "need": "homeless-adult",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age_min": 45, "age_max": 55, "sex": "m"}],
    "risk_factors": ["homeless-in-frost"],
}
BOY_AT_THE_STATION = {
    "need": "homeless-adult",
    "location": {"sector": 6},
    "people": [{"role": "subject", "age": 16, "sex": "m"}],
    "risk_factors": ["night-on-street", "child-alone"],
}
PENSIONER = {
    "need": "elderly-loneliness",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 76, "sex": "f"}],
}
CRECHE = {
    "need": "creche",
    "location": {"sector": 6},
    "people": [{"role": "subject", "age": 1, "sex": "f", "sector_of_domicile": 6}],
}
TRAFFICKED_GIRL = {
    "need": "child-trafficking",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 15, "sex": "f"}],
    "risk_factors": ["trafficker-control"],
}
CARER_DIED = {
    "need": "disability-crisis",
    "location": {"sector": 2},
    "people": [
        {"role": "subject", "age": 41, "sex": "m", "flags": ["disability", "severe"], "consent": "given"},
    ],
    "risk_factors": ["carer-lost"],
}
NEWBORN = {
    "need": "child-found-abandoned",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 0, "sex": "f"}],
}
SCHOOLBOY = {
    "need": "child-abuse-leave-home",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 9, "sex": "m"}],
    "risk_factors": ["fresh-violence", "victim-afraid-to-go-home"],
}


def test_a_beaten_toddler_is_offered_the_emergency_center_while_a_family_is_sought_by_hand() -> None:
    world = the_city()
    placement = world.ask(wish(TODDLER, "neighbour"))
    assert world.service_of(placement) == "S2-6"
    assert failed(placement, "S2-8") == {"family-by-hand"}
    assert "protection-measure" in failed(placement, "S2-5")
    assert {"only-target"} <= failed(placement, "S2-11") & failed(placement, "S2-31")


def test_a_service_that_the_directory_lacks_is_said_to_be_missing_and_who_can_be_telephoned() -> None:
    world = the_city()
    placement = world.ask(wish(WOMAN_THREATENED, "neighbour", consent=Consent.GIVEN))
    assert placement.state == PlacementState.NEEDS_PERSON
    fact = placement.happened[-1][0]
    assert isinstance(fact, facts.NeedsPerson)
    assert {why.reason for why in fact.why} == {"none-in-directory"}
    assert fact.external == ("domestic-violence-helpline",)
    assert "ask-external-provider" in fact.may


def test_a_man_in_the_frost_is_offered_the_mens_unit_of_the_night_shelter() -> None:
    world = the_city()
    placement = world.ask(wish(MAN_IN_FROST, "passer-by", consent=Consent.GIVEN))
    assert world.service_of(placement) == "S2-10"
    place_id = placement.stays[-1].place_id
    assert place_id is not None
    assert world.ledger.places[place_id].unit_id == DIRECTORY.by_id[offer_of(placement).service_id].units[0].id
    assert failed(placement, "S2-43") == {"team"}


def test_a_child_is_never_offered_the_shelter_for_adults() -> None:
    world = the_city()
    rows = offered_rows(world, wish(BOY_AT_THE_STATION, "passer-by"))
    assert rows == ["S2-7", "S2-6"]


def test_somebody_who_may_be_seventeen_is_a_child() -> None:
    world = the_city()
    placement = world.ask(a_request(person=a_man(age=None, age_min=17, age_max=19)))
    assert failed(placement, "S2-10") == {"age", "child-among-adults"}


def test_somebody_who_may_be_eighteen_already_may_go_where_children_go() -> None:
    doubtful = BOY_AT_THE_STATION | {"people": [{"role": "subject", "age_min": 17, "age_max": 18, "sex": "m"}]}
    assert offered_rows(the_city(), wish(doubtful, "passer-by")) == ["S2-7", "S2-6"]


def test_a_lonely_pensioner_is_offered_the_club() -> None:
    world = the_city()
    assert world.service_of(world.ask(wish(PENSIONER, "self"))) == "S2-13"


def test_a_creche_place_is_offered_in_the_childs_own_sector() -> None:
    world = the_city()
    assert offered_rows(world, wish(CRECHE, "parent")) == ["S6-6", "S2-16"]


def test_a_trafficked_girl_is_offered_the_confidential_center_and_no_other_home() -> None:
    world = the_city()
    assert offered_rows(world, wish(TRAFFICKED_GIRL, "police")) == ["S2-11", "S2-6"]


def test_a_disabled_man_whose_carer_died_is_offered_the_care_center_before_his_evaluation() -> None:
    world = the_city()
    placement = world.ask(wish(CARER_DIED, "relative"))
    assert world.service_of(placement) == "S2-2"
    assert failed(placement, "S2-B4") == {"kind", "status"}


def test_an_abandoned_newborn_enters_no_residential_care() -> None:
    world = the_city()
    placement = world.ask(wish(NEWBORN, "doctor"))
    assert placement.state == PlacementState.NEEDS_PERSON
    assert failed(placement, "S2-6") == {"residential-minimum-age"}


def test_when_the_only_center_keeps_silent_a_person_is_asked() -> None:
    world = the_city()
    placement = world.ask(wish(SCHOOLBOY, "teacher"))
    assert world.service_of(placement) == "S2-6"
    world.pass_time(offer_of(placement).expires_at - world.now)
    world.expire_all()
    assert placement.state == PlacementState.NEEDS_PERSON
    fact = placement.happened[-1][0]
    assert isinstance(fact, facts.NeedsPerson)
    assert {"telephone-center", "record-legal-act", "search-family"} <= set(fact.may)


# the rules one by one


def verdict_against(service: Service, request: Request) -> set[str]:
    return failed(World(service).ask(request), service.row)


@pytest.mark.parametrize("consent", [Consent.NOT_ASKED, Consent.REFUSED, None])
def test_no_offer_is_made_without_an_adults_consent(consent: Consent | None) -> None:
    assert verdict_against(a_service("S2-1"), a_request(consent=consent)) == {"consent"}


def test_an_adult_who_cannot_consent_may_be_placed() -> None:
    assert verdict_against(a_service("S2-1"), a_request(consent=Consent.CANNOT)) == set()


def test_a_childs_consent_is_not_asked() -> None:
    assert verdict_against(a_service("S2-1"), a_request(person=a_man(age=9), consent=None)) == set()


def test_the_whole_range_of_ages_must_fit() -> None:
    service = a_service("S2-1", min_age=50, max_age=60)
    assert verdict_against(service, a_request(person=a_man(age=None, age_min=50, age_max=60))) == set()
    assert verdict_against(service, a_request(person=a_man(age=None, age_min=50, age_max=61))) == {"age"}
    assert verdict_against(service, a_request(person=a_man(age=None, age_min=49, age_max=60))) == {"age"}


def test_an_unknown_age_fits_only_where_every_age_does() -> None:
    unknown = a_request(person=a_man(age=None))
    assert verdict_against(a_service("S2-1", min_age=0), unknown) == set()
    assert verdict_against(a_service("S2-1", min_age=18), unknown) == {"age"}


@pytest.mark.parametrize("act", [None, LegalAct.POLICE_ORDER, LegalAct.OWN_CONSENT])
def test_a_protection_measure_is_an_act_of_director_court_or_commission(act: LegalAct | None) -> None:
    service = a_service("S2-1", requires="protection-measure")
    assert verdict_against(service, a_request(legal_act=act)) == {"protection-measure"}
    assert verdict_against(service, a_request(legal_act=LegalAct.COURT_ORDINANCE)) == set()


def test_an_evaluation_is_done_or_may_follow() -> None:
    service = a_service("S2-1", requires="complex-evaluation")
    assert verdict_against(service, a_request(evaluation="missing")) == {"evaluation"}
    assert verdict_against(service, a_request(evaluation="after")) == set()


def test_an_emergency_service_takes_emergencies_only() -> None:
    service = a_service("S2-1", emergency_only=True)
    assert verdict_against(service, a_request(urgency=Urgency.U3)) == {"emergency-only"}
    assert verdict_against(service, a_request(urgency=Urgency.U2)) == set()


@pytest.mark.parametrize(("flags", "specialized"), [((), True), (("severe",), False), (("mild",), True)])
def test_a_small_child_does_not_enter_residential_care(flags: tuple[str, ...], specialized: bool) -> None:
    target = "disabled-child" if specialized else "child"
    service = a_service("S2-1", residential=True, only_target=target)
    request = a_request(person=a_man(age=2, flags=flags), target=target)
    assert verdict_against(service, request) == {"residential-minimum-age"}


def test_a_severely_disabled_small_child_may_enter_specialized_residential_care() -> None:
    service = a_service("S2-1", residential=True, only_target="disabled-child")
    request = a_request(person=a_man(age=2, flags=("severe",)), target="disabled-child")
    assert verdict_against(service, request) == set()


def test_a_small_child_may_live_with_its_mother() -> None:
    service = a_service("S2-1", residential=True, target="mother-and-child")
    assert verdict_against(service, a_request(person=a_man(age=2))) == set()


def test_a_unit_for_women_takes_no_man_and_nobody_of_unknown_sex() -> None:
    women = a_service("S2-1", units=by_sex("S2-1", women=1, men=0)[:1])
    assert verdict_against(women, a_request()) == {"sex", "free-place"}
    assert verdict_against(women, a_request(person=a_man(sex=None))) == {"sex", "free-place"}
    assert verdict_against(women, a_request(person=a_man(sex=Sex.FEMALE))) == set()


@pytest.mark.parametrize("kind", ["info", "admin", "project", "proposed"])
def test_what_is_only_shown_is_never_offered(kind: str) -> None:
    assert verdict_against(a_service("S2-1", kind=kind, units=()), a_request()) == {"kind"}


def test_a_proposed_service_is_never_offered() -> None:
    assert verdict_against(a_service("S2-1", status=ServiceStatus.PROPOSED), a_request()) == {"status"}


def test_a_team_may_be_asked_where_no_code_is() -> None:
    team = a_service("S2-43", kind="team", units=(), code=None)
    assert verdict_against(team, a_request(codes=(), services=("S2-43",))) == set()
    assert verdict_against(team, a_request(services=("S2-43",))) == {"team"}


# ranking


def order_of(*services: Service, **wishes: Any) -> list[str]:
    return offered_rows(World(*services), a_request(**wishes))


def test_the_order_of_codes_comes_first_and_rows_after_every_code() -> None:
    first, second = a_service("S6-1", code="A", target="x"), a_service("S2-2", code="B", target="homeless-adult")
    by_row = a_service("S2-3", code=None)
    assert order_of(by_row, second, first, codes=("A", "B"), services=("S2-3",)) == ["S6-1", "S2-2", "S2-3"]


def test_target_fit_comes_before_sector_and_sector_before_row() -> None:
    fitting = a_service("S6-9", target="homeless-adult")
    near, far = a_service("S2-8"), a_service("S6-1")
    assert order_of(far, near, fitting) == ["S6-9", "S2-8", "S6-1"]


def test_the_longest_free_place_comes_before_the_lower_row() -> None:
    world = World(a_service("S2-1"), a_service("S2-2"))
    earlier = world.directory.services[1].units[0].id
    world.ledger.free(earlier)[0].free_since = world.now.replace(year=2024)
    assert offered_rows(world, a_request()) == ["S2-2", "S2-1"]


# explanations


def test_an_explanation_tells_every_check_of_what_was_asked_and_counts_the_rest() -> None:
    world = the_city()
    explanation = world.ask(wish(PENSIONER, "self")).searches[-1].explanation
    (club,) = explanation.services
    assert (club.row, club.verdict, club.rank) == ("S2-13", Verdict.CHOSEN, 1)
    assert len(club.checks) == 17
    assert sum(explanation.rest.values()) == len(DIRECTORY.services) - 1
    assert explanation.directory == "test"


def test_an_explanation_of_the_whole_directory_stays_below_its_limit() -> None:
    world = the_city()
    rows = tuple(service.row for service in DIRECTORY.services)
    explanation = world.ask(a_request(codes=(), services=rows)).searches[-1].explanation
    assert len(explanation.services) == len(rows)
    assert all(each.checks or each.verdict in (Verdict.CHOSEN, Verdict.AVAILABLE) for each in explanation.services)
    assert len(to_json(explanation)) <= 20_000
