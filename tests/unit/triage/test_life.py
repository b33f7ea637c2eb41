"""A case lives through anything: whatever comes in whatever order, these things hold."""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.vocabulary import (
    CaseOutcome,
    CaseState,
    Clock,
    Consent,
    PlacementState,
    PublicStatus,
    StayEndReason,
    Urgency,
)
from services.triage.domain import facts
from services.triage.domain.errors import AlreadyClosed, AlreadyPlaced, NoteRequired, NothingSoughtAtU5, RiskStillOpen
from services.triage.domain.values import Choice, Ending
from tests.unit.triage.building import (
    BEATEN_CHILD,
    CLOCK,
    NOW,
    POTHOLE,
    SLEEPS_IN_FROST,
    WANTS_A_CLUB,
    WORKER,
    just_opened,
    news,
)

REFUSALS = (AlreadyClosed, AlreadyPlaced, NoteRequired, NothingSoughtAtU5, RiskStillOpen)
SEARCHED = {CaseState.PLACING, CaseState.WAITING}


class CaseLife(RuleBasedStateMachine):
    @initialize(situation=st.sampled_from([WANTS_A_CLUB, SLEEPS_IN_FROST, BEATEN_CHILD, POTHOLE, {}]))
    def open(self, situation: dict[str, object]) -> None:
        self.now: datetime = NOW
        self.published = 0
        self.closed_at: int | None = None
        self.case = just_opened(situation)

    @rule(
        urgency=st.sampled_from(Urgency),
        codes=st.sampled_from([(), ("8790 CR-PFA-II",)]),
        consent=st.sampled_from([None, *Consent]),
        note=st.sampled_from(["", "Motiv."]),
    )
    def decide(self, urgency: Urgency, codes: tuple[str, ...], consent: Consent | None, note: str) -> None:
        before = (self.case.sequence, self.case.state, dict(self.case.timers))
        try:
            self.case.decide(Choice(urgency, codes, (), note, consent), WORKER, self.now, CLOCK.due)
        except REFUSALS:
            assert before == (self.case.sequence, self.case.state, dict(self.case.timers))

    @rule(outcome=st.sampled_from(CaseOutcome))
    def close(self, outcome: CaseOutcome) -> None:
        with suppress(*REFUSALS):
            self.case.close(Ending(outcome, ""), WORKER, self.now)

    @rule(placement=st.sampled_from(PlacementState), needs_person=st.booleans(), old=st.integers(0, 3))
    def hear_from_capacity(self, placement: PlacementState, needs_person: bool, old: int) -> None:
        self.published += 1
        self.case.follow(news(max(1, self.published - old), placement, needs_person=needs_person), self.now)

    @precondition(lambda self: self.case.state is CaseState.PLACED)
    @rule(reason=st.sampled_from(StayEndReason))
    def discharge(self, reason: StayEndReason) -> None:
        self.published += 1
        self.case.follow(news(self.published, PlacementState.ENDED, discharged=reason), self.now)

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.case.escalate(self.now)

    @invariant()
    def sequences_have_no_gaps(self) -> None:
        assert [r.case.sequence for r in self.case.recorded] == list(range(1, self.case.sequence + 1))

    @invariant()
    def nothing_follows_the_end(self) -> None:
        kinds = [type(recorded.fact) for recorded in self.case.recorded]
        assert facts.CaseClosed not in kinds[:-1]
        assert (self.case.state is CaseState.CLOSED) == (kinds[-1] is facts.CaseClosed)

    @invariant()
    def each_clock_is_told_of_at_most_once(self) -> None:
        told = [r.fact.clock for r in self.case.recorded if isinstance(r.fact, facts.CaseEscalated)]
        assert sorted(told) == sorted(set(told))
        assert set(told) == {clock for clock, timer in self.case.timers.items() if timer.fired_at}

    @invariant()
    def a_closed_case_has_an_outcome_and_no_clock(self) -> None:
        closed = self.case.state is CaseState.CLOSED
        assert closed == (self.case.outcome is not None)
        assert not (closed and any(timer.running for timer in self.case.timers.values()))

    @invariant()
    def a_search_begins_with_a_request(self) -> None:
        words = (facts.PlacementRequested, facts.PlacementCancelled)
        said = [type(r.fact) for r in self.case.recorded if isinstance(r.fact, words)]
        assert not said or said[0] is facts.PlacementRequested
        if self.case.seeking:
            assert said[-1] is facts.PlacementRequested

    @invariant()
    def nobody_waits_without_a_search(self) -> None:
        assert self.case.seeking or self.case.state not in SEARCHED

    @invariant()
    def a_neutral_case_tells_nothing(self) -> None:
        told = {PublicStatus.RECEIVED, PublicStatus.BEING_CHECKED, PublicStatus.CLOSED}
        assert not self.case.assessment.neutral or self.case.public_status in told

    @invariant()
    def somebody_is_waited_for_while_a_danger_is_undecided(self) -> None:
        if self.case.state is CaseState.AWAITING_DECISION:
            assert Clock.FIRST_RESPONSE in self.case.timers


TestCaseLife = CaseLife.TestCase
