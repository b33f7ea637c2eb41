"""How a case follows its placement at capacity."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import CaseOutcome, CaseState, Clock, PlacementState, StayEndReason
from services.triage.domain.values import Ending, News
from tests.unit.triage.building import (
    NOW,
    SLEEPS_IN_FROST,
    WANTS_A_CLUB,
    WORKER,
    decide,
    follow,
    news,
    opened,
    running,
)

SAYS = {
    PlacementState.SEARCHING: CaseState.PLACING,
    PlacementState.OFFERED: CaseState.PLACING,
    PlacementState.RESERVED: CaseState.PLACING,
    PlacementState.WAITING: CaseState.WAITING,
    PlacementState.NEEDS_PERSON: CaseState.NEEDS_PERSON,
    PlacementState.PLACED: CaseState.PLACED,
    PlacementState.CANCELLED: CaseState.PLACING,
}


@pytest.mark.parametrize(("placement", "state"), SAYS.items())
def test_a_case_stands_where_its_placement_stands(placement: PlacementState, state: CaseState) -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, placement))
    assert (case.state, case.placement) == (state, placement)


def test_a_late_arrival_asks_a_person_and_an_arrival_after_all_settles_it() -> None:
    case = opened(WANTS_A_CLUB)
    late = news(2, PlacementState.RESERVED, "PlacementNeedsPerson", needs_person=True)
    follow(case, news(1, PlacementState.RESERVED), late)
    assert case.state is CaseState.NEEDS_PERSON
    follow(case, news(3, PlacementState.PLACED, "PersonAdmitted"))
    assert case.state is CaseState.PLACED


def test_each_change_is_told_with_its_cause() -> None:
    case = opened(WANTS_A_CLUB)
    received = [news(1, PlacementState.OFFERED), news(2, PlacementState.RESERVED, "ReferralAccepted")]
    assert follow(case, *received) == ["CaseStatusChanged", "CaseStatusChanged"]
    assert [r.fact.because for r in case.recorded] == [one.ce_type for one in received]  # type: ignore[union-attr]


def test_what_changes_nothing_is_not_told() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.OFFERED))
    assert follow(case, news(2, PlacementState.OFFERED, "ReferralDeclined")) == []


def test_older_news_only_enters_the_timeline() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(5, PlacementState.WAITING, "PlacementWaitlisted"))
    assert follow(case, news(4, PlacementState.OFFERED)) == []
    assert case.state is CaseState.WAITING
    assert [entry.what for entry in case.entries] == ["ReferralOffered"]


def test_who_did_not_arrive_needs_a_person() -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.RESERVED), news(2, PlacementState.SEARCHING, needs_person=True))
    assert case.state is CaseState.NEEDS_PERSON


def test_who_left_on_his_own_needs_a_person() -> None:
    case = opened(WANTS_A_CLUB)
    left = news(2, PlacementState.ENDED, "PersonDischarged", discharged=StayEndReason.LEFT_ON_OWN)
    follow(case, news(1, PlacementState.PLACED), left)
    assert case.state is CaseState.NEEDS_PERSON


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (StayEndReason.PLACED_WITH_KIN, CaseOutcome.PLACED_WITH_KIN),
        (StayEndReason.HOSPITAL, CaseOutcome.HOSPITAL),
        (StayEndReason.DECEASED, CaseOutcome.DECEASED),
        (StayEndReason.DISCHARGED_HOME, CaseOutcome.PLACED),
        (StayEndReason.MORNING, CaseOutcome.PLACED),
    ],
)
def test_a_stay_that_ended_closes_the_case(reason: StayEndReason, outcome: CaseOutcome) -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, news(1, PlacementState.PLACED))
    assert follow(case, news(2, PlacementState.ENDED, discharged=reason)) == ["CaseClosed"]
    assert (case.state, case.outcome) == (CaseState.CLOSED, outcome)
    assert case.recorded[-1].fact.by is None  # type: ignore[union-attr]


def test_an_arrival_stops_both_clocks() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    follow(case, news(1, PlacementState.PLACED))
    assert running(case) == {}


def test_an_accepted_offer_stops_the_place_clock_and_leaves_the_first_response() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    follow(case, news(1, PlacementState.RESERVED))
    assert set(running(case)) == {Clock.FIRST_RESPONSE}


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(days=3)])
def test_a_place_lost_sets_the_clock_going_again(late: timedelta) -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    follow(case, news(1, PlacementState.RESERVED))
    follow(case, news(2, PlacementState.NEEDS_PERSON, needs_person=True), at=NOW + late)
    assert running(case)[Clock.PLACE] == max(NOW + timedelta(hours=4), NOW + late)


def test_waiting_stops_no_clock() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    before = running(case)
    follow(case, news(1, PlacementState.WAITING), news(2, PlacementState.NEEDS_PERSON, needs_person=True))
    assert running(case) == before


def test_news_of_a_search_that_was_called_off_moves_nothing() -> None:
    case = opened(WANTS_A_CLUB)
    decide(case, codes=(), note="S-a răzgândit.")
    follow(case, news(1, PlacementState.OFFERED), news(2, PlacementState.CANCELLED, "ReferralWithdrawn"))
    assert (case.state, case.placement) == (CaseState.OPEN, PlacementState.CANCELLED)


def test_somebody_who_arrived_after_all_is_seen() -> None:
    case = opened(WANTS_A_CLUB)
    decide(case, codes=(), note="S-a răzgândit.")
    follow(case, news(1, PlacementState.PLACED, "PersonAdmitted"))
    assert case.state is CaseState.PLACED


def test_a_closed_case_stays_closed_and_keeps_its_timeline() -> None:
    case = opened(WANTS_A_CLUB)
    case.close(Ending(CaseOutcome.PERSON_DECLINED, "Nu mai vrea."), WORKER, NOW)
    assert follow(case, news(1, PlacementState.PLACED, "PersonAdmitted")) == []
    assert (case.state, len(case.entries)) == (CaseState.CLOSED, 1)


ANY_NEWS = st.sampled_from(sorted(SAYS))
ENDINGS = st.sampled_from([None, *StayEndReason])


@st.composite
def told_in_any_order(draw: st.DrawFn) -> tuple[list[News], list[News]]:
    """What capacity published in order, perhaps with a stay's end; and how it came here: shuffled, with repetitions."""
    states = draw(st.lists(ANY_NEWS, min_size=1, max_size=6))
    published = [news(n, state) for n, state in enumerate(states, 1)]
    if ending := draw(ENDINGS):
        published.append(news(len(published) + 1, PlacementState.ENDED, discharged=ending))
    repeated = published + draw(st.lists(st.sampled_from(published), max_size=6))
    return published, draw(st.permutations(repeated))


@given(told_in_any_order())
def test_any_order_and_repetition_ends_where_the_newest_word_says(told: tuple[list[News], list[News]]) -> None:
    published, received = told
    case, only_the_newest = opened(WANTS_A_CLUB), opened(WANTS_A_CLUB)
    follow(case, *received)
    follow(only_the_newest, published[-1])
    if published[-1].placement is not PlacementState.CANCELLED:
        assert case.state == only_the_newest.state
    assert (case.placement, case.outcome) == (only_the_newest.placement, only_the_newest.outcome)
    assert case.capacity_sequence == len(published)


@given(told_in_any_order())
def test_sequences_of_facts_have_no_gaps(told: tuple[list[News], list[News]]) -> None:
    case = opened(WANTS_A_CLUB)
    follow(case, *told[1])
    assert all(b - a == 1 for a, b in pairwise([3, *(r.case.sequence for r in case.recorded)]))
