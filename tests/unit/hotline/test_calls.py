"""When a call may have been, who sees it, and what of it is published."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline import events
from services.hotline.domain import CLOCKS_DIFFER, CallEndsBeforeStart, CallInFuture, check_times
from tests.unit.hotline.building import CALL_ID, COLLEAGUE, NOW, call

distances = st.timedeltas(-timedelta(days=400), timedelta(days=400))
past = st.timedeltas(-timedelta(days=400), CLOCKS_DIFFER)
future = st.timedeltas(CLOCKS_DIFFER + timedelta(seconds=1), timedelta(days=400))


@given(st.lists(past, min_size=2, max_size=2))
def test_a_call_has_been(times: list[timedelta]) -> None:
    started, ended = sorted(NOW + time for time in times)
    check_times(started, ended, NOW)
    check_times(started, None, NOW)


@given(future, st.none() | distances)
def test_a_call_has_not_started_in_the_future(start: timedelta, end: timedelta | None) -> None:
    with pytest.raises(CallInFuture):
        check_times(NOW + start, NOW + end if end is not None else None, NOW)


@given(past, future)
def test_a_call_has_not_ended_in_the_future(start: timedelta, end: timedelta) -> None:
    with pytest.raises(CallInFuture):
        check_times(NOW + start, NOW + end, NOW)


def test_a_call_does_not_end_before_it_starts() -> None:
    with pytest.raises(CallEndsBeforeStart):
        check_times(NOW, NOW - timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("authority", "subject", "authorities", "shown", "speaker_shown"),
    [
        ("S2", "o-1", {"S2"}, True, True),
        ("S2", "o-1", {"S6"}, False, False),
        ("S2", COLLEAGUE.subject, {"S6"}, True, True),
        (None, "o-1", {"S2"}, True, False),
        (None, COLLEAGUE.subject, set(), True, True),
    ],
)
def test_who_spoke_is_for_the_taker_and_the_own_authority(
    authority: str | None, subject: str, authorities: set[str], shown: bool, speaker_shown: bool
) -> None:
    taken = call(authority=authority)
    assert (taken.is_shown_to(subject, authorities), taken.is_own_of(subject, authorities)) == (shown, speaker_shown)


def test_a_call_begins_its_own_story() -> None:
    outgoing = events.logged(call())
    assert (outgoing.key, outgoing.correlation_id, outgoing.sequence) == (str(CALL_ID), str(CALL_ID), 1)
    assert outgoing.traceparent == call().traceparent
