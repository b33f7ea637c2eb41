"""What became of a call, and the latest counts, in whatever order they are heard."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import CaseState, PublicStatus
from services.hotline.consumers import free_places
from services.hotline.domain import Step, history, newest
from tests.unit.hotline.building import counted, step

stories = st.lists(st.tuples(st.sampled_from(CaseState), st.sampled_from(PublicStatus)), max_size=12).map(
    lambda told: [step(sequence, state, status) for sequence, (state, status) in enumerate(told, 1)]
)


def test_an_event_that_moved_nothing_is_not_told() -> None:
    opened, again, placing = step(1, CaseState.OPEN), step(2, CaseState.OPEN), step(3, CaseState.PLACING)
    assert history([opened, again, placing]) == [opened, placing]


@given(st.data(), stories)
def test_the_order_of_arrival_changes_nothing(data: st.DataObject, story: list[Step]) -> None:
    arrived = data.draw(st.permutations(story + story[:3]))
    assert history(arrived) == history(story)


@given(stories)
def test_a_history_ends_with_the_present_and_repeats_nothing(story: list[Step]) -> None:
    told = [(one.state, one.status) for one in history(story)]
    assert told[-1:] == [(one.state, one.status) for one in story[-1:]]
    assert all(earlier != later for earlier, later in pairwise(told))


@given(st.permutations([1, 2, 3, 4]))
def test_of_each_service_the_newest_counts_stay(sequences: list[int]) -> None:
    other = free_places(counted(1, 9, service_id=step(1, CaseState.OPEN).case_id))
    heard = [free_places(counted(sequence, free=sequence * 10)) for sequence in sequences]
    assert {count.free for count in newest([*heard, other])} == {40, 9}
