"""Clocks: nearer, never farther; once, never twice."""

from datetime import timedelta

from contracts.vocabulary import CaseState, Clock, Urgency
from services.triage.domain import facts, timers
from services.triage.domain.timers import Timer, Timers
from shared.clock import Clock as SystemClock
from tests.unit.triage.building import CLOCK, NOW, SLEEPS_IN_FROST, WANTS_A_CLUB, forget, opened

HOUR = timedelta(hours=1)


def test_a_clock_fires_once() -> None:
    case = opened(SLEEPS_IN_FROST)
    case.escalate(NOW + HOUR + timedelta(seconds=2))
    assert [r.fact for r in case.recorded] == [facts.CaseEscalated(Clock.FIRST_RESPONSE, NOW + HOUR, 2.0)]
    forget(case)
    case.escalate(NOW + 2 * HOUR)
    assert case.recorded == []


def test_a_clock_that_is_not_due_is_silent() -> None:
    case = opened(SLEEPS_IN_FROST)
    case.escalate(NOW + HOUR - timedelta(seconds=1))
    assert case.recorded == []


def test_two_clocks_that_are_due_are_told_of_in_the_order_of_their_due_times() -> None:
    case = opened(SLEEPS_IN_FROST)
    case.escalate(NOW + 5 * HOUR)
    assert [r.fact.clock for r in case.recorded] == [Clock.FIRST_RESPONSE, Clock.PLACE]  # type: ignore[union-attr]


def test_an_escalation_changes_no_state() -> None:
    case = opened(SLEEPS_IN_FROST)
    case.escalate(NOW + 5 * HOUR)
    assert case.state is CaseState.AWAITING_DECISION


def test_at_u0_somebody_is_told_at_once() -> None:
    kept: Timers = {}
    timers.tighten(kept, Urgency.U0, NOW, NOW, CLOCK.due)
    assert kept[Clock.FIRST_RESPONSE].is_due(NOW)


def test_working_days_skip_the_weekend() -> None:
    assert opened(WANTS_A_CLUB).timers[Clock.FIRST_RESPONSE].due_at == NOW + timedelta(days=7)


def test_a_scaled_clock_is_reckoned_on_the_real_calendar_first() -> None:
    kept: Timers = {}
    timers.tighten(kept, Urgency.U4, NOW, NOW, SystemClock(scale=7).due)
    assert kept[Clock.FIRST_RESPONSE].due_at == NOW + timedelta(days=1)


def test_a_stricter_urgency_brings_a_running_clock_nearer() -> None:
    kept: Timers = {}
    timers.tighten(kept, Urgency.U2, NOW, NOW, CLOCK.due)
    timers.tighten(kept, Urgency.U1, NOW, NOW, CLOCK.due)
    timers.tighten(kept, Urgency.U3, NOW, NOW, CLOCK.due)
    assert kept[Clock.FIRST_RESPONSE].due_at == NOW + HOUR


def test_a_stopped_clock_is_not_moved() -> None:
    kept: Timers = {}
    timers.tighten(kept, Urgency.U2, NOW, NOW, CLOCK.due)
    timers.stop(kept, Clock.FIRST_RESPONSE, NOW)
    timers.tighten(kept, Urgency.U1, NOW, NOW, CLOCK.due)
    assert kept[Clock.FIRST_RESPONSE] == Timer(NOW + timedelta(hours=24), stopped_at=NOW)


def test_a_clock_that_fired_neither_stops_nor_runs_again() -> None:
    fired = {Clock.PLACE: Timer(NOW, fired_at=NOW)}
    kept = dict(fired)
    timers.stop(kept, Clock.PLACE, NOW + HOUR)
    timers.resume(kept, Clock.PLACE, NOW + HOUR)
    assert kept == fired


def test_stopping_a_clock_that_never_ran_is_nothing() -> None:
    kept: Timers = {}
    timers.stop(kept, Clock.PLACE, NOW)
    timers.resume(kept, Clock.PLACE, NOW)
    assert kept == {}
