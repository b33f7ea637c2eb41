"""U0 is the most urgent, and its limits the shortest."""

from datetime import UTC, datetime

import pytest

from contracts.vocabulary import LIMITS, Urgency, after

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_more_urgent_comes_first() -> None:
    assert sorted(["U3", "U0", "U5", "U1", "U4", "U2"]) == list(Urgency)
    assert min(Urgency) == Urgency.U0
    assert Urgency.U1 < Urgency.U4


@pytest.mark.parametrize(("level", "raised"), [("U5", "U4"), ("U3", "U2"), ("U2", "U1"), ("U1", "U1"), ("U0", "U0")])
def test_a_raise_goes_up_by_one_and_never_reaches_u0(level: str, raised: str) -> None:
    assert Urgency(level).raised() == raised


def test_a_person_confirms_u0_to_u2() -> None:
    assert [level for level in Urgency if level.needs_a_person] == ["U0", "U1", "U2"]


def test_u0_and_u1_never_wait_in_silence() -> None:
    assert [level for level in Urgency if level.never_waits_in_silence] == ["U0", "U1"]


def test_every_urgency_has_limits() -> None:
    assert LIMITS.keys() == set(Urgency)


@pytest.mark.parametrize("clock", ["first", "place", "offer"])
def test_the_more_urgent_never_has_more_time(clock: str) -> None:
    answered_by_going = [level for level in Urgency if level < Urgency.U5]
    spans = [span for level in answered_by_going if (span := getattr(LIMITS[level], clock)) is not None]
    dues = [after(MONDAY, span) for span in spans]
    assert dues == sorted(dues)
