"""Deadlines come nearer, the time stays what it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import Clock

NOW = datetime(2025, 1, 15, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_without_a_scale_a_deadline_is_where_the_calendar_has_it() -> None:
    assert Clock().due(NOW + HOUR, NOW) == NOW + HOUR


def test_a_scale_divides_the_distance() -> None:
    assert Clock(60).due(NOW + HOUR, NOW) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("scale", [1, 60, 3600])
def test_the_time_is_not_scaled(scale: float) -> None:
    assert abs(Clock(scale).now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert Clock(scale).now().tzinfo is UTC


@given(
    st.floats(1, 1e6), st.timedeltas(timedelta(), timedelta(days=90)), st.timedeltas(timedelta(), timedelta(days=90))
)
def test_the_order_of_deadlines_stays(scale: float, one: timedelta, other: timedelta) -> None:
    clock = Clock(scale)
    early, late = sorted((one, other))
    assert NOW <= clock.due(NOW + early, NOW) <= clock.due(NOW + late, NOW) <= NOW + late
