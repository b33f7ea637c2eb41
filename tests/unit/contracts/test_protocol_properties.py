"""What holds for every situation, whatever the protocol's data say."""

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.protocol import PROTOCOL, Assessment, assess
from contracts.situation import Aggressor, Person, Situation
from contracts.vocabulary import Harm, Urgency
from tests.unit.contracts.situations import UNKNOWN, factors, people, relations, situations


def but(situation: Situation, **changed: object) -> Situation:
    return Situation.model_validate(situation.model_dump() | changed)


def with_factor(situation: Situation, factor: str) -> Situation:
    return but(situation, risk_factors=(*situation.risk_factors, factor))


def urgency(situation: Situation, relation: str = "other") -> Urgency:
    return assess(PROTOCOL, situation, relation).urgency


@given(situations, relations, factors)
@example(Situation(need="child-street", risk_factors=("no-carer-tonight",)), "other", "carer-lost")
def test_one_risk_factor_more_never_lowers(situation: Situation, relation: str, factor: str) -> None:
    assert urgency(with_factor(situation, factor), relation) <= urgency(situation, relation)


@given(situations, factors | UNKNOWN)
def test_not_knowing_a_risk_factor_never_lowers(situation: Situation, word: str) -> None:
    unsure = but(situation, risk_unknown=(*situation.risk_unknown, word))
    assert urgency(unsure) <= urgency(situation)


@given(situations, UNKNOWN)
def test_a_word_that_the_protocol_does_not_know_never_lowers(situation: Situation, word: str) -> None:
    assert urgency(with_factor(situation, word)) <= urgency(situation)


@given(situations, people)
def test_one_person_more_never_lowers(situation: Situation, person: Person) -> None:
    assert urgency(but(situation, people=(*situation.people, person))) <= urgency(situation)


@given(situations)
def test_a_need_that_is_not_known_is_at_least_u2_and_with_a_child_u1(situation: Situation) -> None:
    unknown = but(situation, need=None)
    assert urgency(unknown) <= Urgency.U2
    child = Person(role="child", age=12)
    assert urgency(but(unknown, people=(*situation.people, child))) <= Urgency.U1


@given(situations, st.sampled_from(sorted(PROTOCOL.floor_of)))
def test_a_floor_holds(situation: Situation, factor: str) -> None:
    assert urgency(with_factor(situation, factor)) <= PROTOCOL.floor_of[factor]


@given(situations)
def test_urgency_is_never_below_the_usual_level_of_the_need(situation: Situation) -> None:
    if situation.need in PROTOCOL.needs:
        assert urgency(situation) <= PROTOCOL.needs[situation.need].usual


@given(situations, relations)
def test_only_a_floor_of_u0_reaches_u0(situation: Situation, relation: str) -> None:
    asked = set(PROTOCOL.floors[Urgency.U0]).intersection(situation.risk_factors)
    assert (urgency(situation, relation) == Urgency.U0) == bool(asked)


@given(situations, relations)
def test_raising_factors_raise_by_one_level_at_most(situation: Situation, relation: str) -> None:
    reasons = assess(PROTOCOL, situation, relation).reasons
    asked = [str(reason.values["level"]) for reason in reasons if reason.rule not in {"raise", "under-min-age"}]
    assert urgency(situation, relation) in {min(asked), Urgency(min(asked)).raised()}


@given(situations, relations)
def test_every_situation_has_an_answer_and_every_answer_reasons(situation: Situation, relation: str) -> None:
    answer = assess(PROTOCOL, situation, relation)
    assert isinstance(answer, Assessment)
    assert answer.version == PROTOCOL.version
    assert answer.reasons
    for sentence in (*answer.reasons, *answer.doubts):
        assert sentence.ro
        assert sentence.en
        assert "{" not in sentence.ro + sentence.en


@given(situations, relations)
def test_the_last_level_named_is_the_urgency(situation: Situation, relation: str) -> None:
    answer = assess(PROTOCOL, situation, relation)
    assert answer.urgency == min(str(reason.values["level"]) for reason in answer.reasons if "level" in reason.values)


@given(situations, relations)
def test_the_order_of_the_risk_factors_does_not_matter(situation: Situation, relation: str) -> None:
    turned = but(situation, risk_factors=tuple(reversed(situation.risk_factors)))
    assert assess(PROTOCOL, turned, relation) == assess(PROTOCOL, situation, relation)


@given(situations, relations)
def test_a_person_decides_at_u0_to_u2_and_where_something_is_not_known(situation: Situation, relation: str) -> None:
    answer = assess(PROTOCOL, situation, relation)
    unsure = situation.need not in PROTOCOL.needs or not PROTOCOL.factors.issuperset(situation.risk_factors)
    if answer.urgency <= Urgency.U2 or unsure:
        assert answer.doubts


@given(situations, relations)
def test_a_child_is_never_sent_to_a_shelter_for_adults_by_the_program(situation: Situation, relation: str) -> None:
    answer = assess(PROTOCOL, but(situation, need="homeless-adult"), relation)
    if situation.subject and situation.subject.is_child:
        assert answer.codes == PROTOCOL.needs["child-street"].codes


@given(situations)
def test_status_is_neutral_for_violence_and_whenever_something_points_to_it(situation: Situation) -> None:
    assert assess(PROTOCOL, situation, "other").neutral == (
        situation.need not in PROTOCOL.needs
        or situation.need in PROTOCOL.public_status_neutral
        or len(situation.harm) > 0
        or situation.aggressor is not None
    )


@given(situations, st.sampled_from(Harm))
def test_harm_or_an_aggressor_makes_the_status_neutral(situation: Situation, harm: Harm) -> None:
    for told in (but(situation, harm=(harm,)), but(situation, aggressor=Aggressor())):
        assert assess(PROTOCOL, told, "other").neutral
