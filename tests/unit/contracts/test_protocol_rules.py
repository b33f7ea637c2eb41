"""The protocol's rules, one by one."""

from typing import Any

import pytest

from contracts.protocol import PROTOCOL, Assessment, assess
from contracts.situation import Situation
from contracts.vocabulary import Consent, Urgency

MAN = {"role": "subject", "age": 40, "sex": "m", "consent": "given"}


def ask(
    need: str | None, *people: dict[str, Any], factors: tuple[str, ...] = (), relation: str = "other"
) -> Assessment:
    situation = Situation.model_validate({"need": need, "people": people, "risk_factors": factors})
    return assess(PROTOCOL, situation, relation)


def doubts(answer: Assessment) -> list[str]:
    return [doubt.rule for doubt in answer.doubts]


@pytest.mark.parametrize(
    ("need", "people", "relation"),
    [
        ("child-separation-risk", [{"age": 6}], "other"),
        ("child-separation-risk", [{"age": 11}, {"role": "sibling", "age_min": 5, "age_max": 8}], "other"),
        ("poverty", [MAN | {"flags": ["pregnant"]}], "other"),
        ("poverty", [MAN | {"flags": ["severe"]}], "other"),
        ("child-separation-risk", [{"age": 11}], "child-itself"),
    ],
    ids=["small child", "small sibling", "pregnancy", "disability", "the child itself"],
)
def test_what_is_derived_from_the_data_raises_without_a_tick(need: str, people: list[Any], relation: str) -> None:
    assert ask(need, *people, relation=relation).urgency == Urgency.U2


@pytest.mark.parametrize("role", ["reporter", "aggressor"])
def test_reporter_and_aggressor_are_not_concerned(role: str) -> None:
    assert ask("poverty", MAN, {"role": role, "age": 5, "flags": ["disability"]}).urgency == Urgency.U3


def test_a_child_of_seven_is_not_small_any_more() -> None:
    assert ask("child-separation-risk", {"age": 7}).urgency == Urgency.U3


def test_what_the_need_implies_does_not_raise_a_floor_either() -> None:
    disabled = MAN | {"flags": ["disability"]}
    assert ask("disability-support", disabled, factors=("night-on-street",)).urgency == Urgency.U2
    assert ask("poverty", disabled, factors=("night-on-street",)).urgency == Urgency.U1


def test_a_disability_raises_no_need_that_is_about_disability() -> None:
    assert ask("disability-support", MAN | {"flags": ["disability"]}).urgency == Urgency.U3


def test_two_raising_factors_raise_once() -> None:
    assert ask("elderly-loneliness", MAN, factors=("frost", "no-carer-tonight")).urgency == Urgency.U3


def test_a_lost_carer_is_not_raised_by_having_no_carer_tonight() -> None:
    assert ask("poverty", MAN, factors=("carer-lost", "no-carer-tonight")).urgency == Urgency.U2


def test_a_lost_carer_takes_nothing_from_what_no_carer_tonight_had_raised() -> None:
    assert ask("child-street", {"age": 12}, factors=("no-carer-tonight",)).urgency == Urgency.U1
    assert ask("child-street", {"age": 12}, factors=("carer-lost", "no-carer-tonight")).urgency == Urgency.U1


def test_a_need_that_says_so_is_not_raised() -> None:
    assert ask("creche", {"age": 1}).urgency == Urgency.U4


def test_the_code_order_follows_the_persons_flag() -> None:
    assert ask("disability-crisis", MAN | {"flags": ["severe"]}).codes[0] == "8790 CR-D-VI"
    assert ask("disability-crisis", MAN).codes[1] == "8790 CR-D-I"
    assert ask("disability-crisis", MAN | {"flags": ["mild"]}).codes[1] == "8790 CR-D-VII"


def test_codes_chosen_by_hand_only_are_told_apart() -> None:
    answer = ask("care-leaver", MAN | {"age": 19})
    assert (answer.codes, answer.by_hand_codes) == ((), ("8790 CR-PFA-II",))


@pytest.mark.parametrize(
    ("person", "relation", "consent"),
    [
        ({"age": 40}, "self", Consent.GIVEN),
        ({"age": 40}, "neighbour", Consent.NOT_ASKED),
        ({"age": 40, "consent": "refused"}, "self", Consent.REFUSED),
        ({}, "neighbour", Consent.NOT_ASKED),
        ({"age": 12, "consent": "refused"}, "self", None),
        ({"age_min": 17, "age_max": 19}, "neighbour", None),
    ],
)
def test_an_adults_consent(person: dict[str, Any], relation: str, consent: Consent | None) -> None:
    assert ask("poverty", person, relation=relation).consent == consent


@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        (ask(None, MAN), "need-not-known"),
        (ask("cuvant-nou", MAN), "word-not-known"),
        (ask("poverty", MAN, factors=("cuvant-nou",)), "word-not-known"),
        (ask("poverty"), "person-not-known"),
        (ask("poverty", {"age": 40}), "consent-not-given"),
        (ask("poverty", MAN | {"consent": "refused"}), "consent-not-given"),
        (ask("care-leaver", {"sex": "m", "consent": "given"}), "age-not-known"),
        (ask("care-leaver", {"age": 14}), "below-min-age"),
        (ask("care-leaver", MAN), "above-max-age"),
        (ask("creche", {"age": 3}), "above-max-age"),
        (ask("homeless-family", MAN), "party-does-not-fit"),
        (ask("child-disability-care", {"age": 8}), "flag-missing"),
    ],
)
def test_a_doubt_makes_a_person_decide(answer: Assessment, doubt: str) -> None:
    assert doubt in doubts(answer)


@pytest.mark.parametrize(("need", "age"), [("care-leaver", 16), ("care-leaver", 26), ("creche", 0), ("creche", 2)])
def test_ages_are_inclusive(need: str, age: int) -> None:
    assert doubts(ask(need, {"age": age, "consent": "given"})) == []


@pytest.mark.parametrize(("age", "answering"), [(17, "child-street"), (18, "homeless-adult")])
def test_who_is_younger_than_the_need_gets_the_answer_for_younger_people(age: int, answering: str) -> None:
    answer = ask("homeless-adult", MAN | {"age": age})
    assert (answer.codes, answer.services) == (PROTOCOL.needs[answering].codes, PROTOCOL.needs[answering].services)


def test_a_mother_with_children_fits() -> None:
    mother = {"age": 30, "sex": "f", "consent": "given"}
    assert "party-does-not-fit" not in doubts(ask("homeless-family", mother, {"role": "child", "age": 4}))


def test_nothing_to_place_raises_no_doubt_about_services() -> None:
    assert ask("other-authority").doubts == ()


def test_a_sentence_names_things_as_people_do() -> None:
    sentence = ask("poverty", MAN, factors=("frost",)).reasons[-1]
    assert sentence.ro == "„ger” urcă urgența cu o treaptă, la U2."
    assert sentence.en == "“frost” raises the urgency by one level, to U2."
    assert sentence.values == {"factor": "frost", "level": "U2"}


def test_a_sentence_repeats_an_unknown_word_as_it_is() -> None:
    assert PROTOCOL.labels.say("word-not-known", factor="cuvant-nou").ro == "Protocolul nu cunoaște „cuvant-nou”."


def test_a_rule_without_a_template_is_an_error() -> None:
    with pytest.raises(KeyError):
        PROTOCOL.labels.say("no-such-rule")
