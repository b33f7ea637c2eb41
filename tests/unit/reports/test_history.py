"""What the bearer of a code may know follows the case's own order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import PublicStatus
from services.reports.domain import Moment, Step, history
from tests.unit.reports.building import NOW, step

stories = st.lists(st.sampled_from(PublicStatus), max_size=12).map(
    lambda statuses: [step(sequence, status) for sequence, status in enumerate(statuses, 1)]
)


def test_a_report_without_a_case_is_received() -> None:
    assert history(NOW, []) == [Moment(PublicStatus.RECEIVED, NOW)]


def test_a_status_is_told_once_from_when_it_began() -> None:
    begun, still = step(2, PublicStatus.BEING_CHECKED), step(3, PublicStatus.BEING_CHECKED)
    assert history(NOW, [step(1, PublicStatus.RECEIVED), begun, still]) == [
        Moment(PublicStatus.RECEIVED, NOW),
        Moment(PublicStatus.BEING_CHECKED, begun.at),
    ]


def test_a_status_that_returns_is_told_again() -> None:
    back_and_forth = [PublicStatus.HELP_BEING_ARRANGED, PublicStatus.HELP_GIVEN, PublicStatus.HELP_BEING_ARRANGED]
    told = history(NOW, [step(sequence, status) for sequence, status in enumerate(back_and_forth)])
    assert [moment.status for moment in told[1:]] == back_and_forth


@given(st.data(), stories)
def test_the_order_of_arrival_changes_nothing(data: st.DataObject, story: list[Step]) -> None:
    arrived = data.draw(st.permutations(story + story[:3]))
    assert history(NOW, arrived) == history(NOW, story)


@given(stories)
def test_a_history_ends_with_the_present_and_repeats_nothing(story: list[Step]) -> None:
    told = history(NOW, story)
    assert told[-1].status == (story[-1].status if story else PublicStatus.RECEIVED)
    assert all(earlier.status != later.status for earlier, later in pairwise(told))
