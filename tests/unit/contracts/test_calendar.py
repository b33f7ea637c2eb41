"""Hours run on; working days skip the weekend and keep the hour of the day in Bucharest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import BUCHAREST, WorkingDays, after


def bucharest(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BUCHAREST)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (bucharest(11, 23, 10), 1, bucharest(11, 24, 10)),  # Monday
        (bucharest(11, 27, 15, 30), 1, bucharest(11, 30, 15, 30)),  # Friday
        (bucharest(11, 28, 9), 1, bucharest(11, 30, 9)),  # Saturday
        (bucharest(11, 29, 9), 1, bucharest(11, 30, 9)),  # Sunday
        (bucharest(11, 23, 10), 5, bucharest(11, 30, 10)),
        (bucharest(11, 23, 10), 10, bucharest(12, 7, 10)),
        (bucharest(11, 23, 10), 0, bucharest(11, 23, 10)),
    ],
)
def test_working_days_are_monday_to_friday(start: datetime, days: int, end: datetime) -> None:
    assert after(start, WorkingDays(days)) == end


@pytest.mark.parametrize(
    ("friday", "monday", "hours"),
    [
        (bucharest(3, 27, 10), bucharest(3, 30, 10), 71),
        (bucharest(10, 23, 10), bucharest(10, 26, 10), 73),
    ],
    ids=["summer time begins", "summer time ends"],
)
def test_the_hour_of_the_day_is_kept_when_the_clocks_change(friday: datetime, monday: datetime, hours: int) -> None:
    due = after(friday.astimezone(UTC), WorkingDays(1))
    assert due == monday
    assert due - friday.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "start", [bucharest(3, 28, 20), bucharest(10, 24, 20)], ids=["summer time begins", "summer time ends"]
)
def test_hours_run_on_when_the_clocks_change(start: datetime) -> None:
    due = after(start, timedelta(hours=24))
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=24)
    assert due.tzinfo is BUCHAREST


def test_the_day_is_the_day_in_bucharest() -> None:
    saturday_in_bucharest = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)
    monday_in_bucharest = datetime(2026, 11, 29, 22, 30, tzinfo=UTC)
    assert after(saturday_in_bucharest, WorkingDays(1)) == monday_in_bucharest


@given(st.integers(0, 5_000_000), st.integers(1, 30))
def test_a_working_day_is_never_at_the_weekend_and_always_later(minutes: int, days: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = after(start, WorkingDays(days))
    assert due > start
    assert due.tzinfo is UTC
    assert due.astimezone(BUCHAREST).weekday() < 5
