"""The case: its state machine and rules."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import CaseOutcome, CaseState, Clock, Urgency
from services.triage.domain import facts, timers
from services.triage.domain.errors import AlreadyClosed, AlreadyPlaced, NoteRequired, NothingSoughtAtU5, RiskStillOpen
from services.triage.domain.following import HAS_PLACE, outcome_of, state_after
from services.triage.domain.standing import Standing
from services.triage.domain.values import Actor, Choice, Decision, Ending, Entry, News, Request

UNDER_WAY = {CaseState.PLACING, CaseState.WAITING}
SOUGHT = {*UNDER_WAY, CaseState.NEEDS_PERSON}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact, and the case as it stood right after it."""

    fact: facts.Fact
    case: Standing


@dataclass(kw_only=True)
class Case(Standing):
    """Facts gather in `recorded`, lines of the timeline in `entries`, until they are saved."""

    def __post_init__(self) -> None:
        self.recorded: list[Recorded] = []
        self.entries: list[Entry] = []

    def begin(self, event_id: UUID, now: datetime, due: timers.Due) -> None:
        """Open the case; where no person need decide, the protocol's answer stands."""
        timers.tighten(self.timers, self.urgency, self.sources[0].received_at, now, due)
        if self.doubts:
            self.state = CaseState.AWAITING_DECISION
        entry = Entry(now, "CaseOpened", event_id=event_id)
        self._record(facts.CaseOpened(), entry)
        if not self.doubts:
            self._settle(None, replace(entry, what="CaseTriaged"))

    def decide(self, choice: Choice, who: Actor, now: datetime, due: timers.Due) -> None:
        """A person decides urgency and services; a choice against the rules of `_may_decide` is refused."""
        self._may_decide(choice)
        before = self.request if self.placement_lives else None
        self.decision = Decision(self._completed(choice), who, now)
        timers.tighten(self.timers, self.urgency, now, now, due)
        self._settle(before, Entry(now, "CaseTriaged", who, note=choice.note or None))

    def close(self, ending: Ending, who: Actor, now: datetime) -> None:
        """A person ends the case. Raises AlreadyClosed, RiskStillOpen."""
        self._refuse_if_closed()
        gravest = min(self.urgency, self.assessment.urgency)
        if ending.outcome is CaseOutcome.RISK_NOT_CONFIRMED and gravest.needs_a_person:
            raise RiskStillOpen(gravest)
        if self.placement_lives:
            self._cancel(Entry(now, "PlacementCancelled", who))
        self._end(ending.outcome, Entry(now, "CaseClosed", who, note=ending.note or None))

    def follow(self, news: News, now: datetime) -> None:
        """Capacity's word enters the timeline; the newest one moves the case, unless it is closed."""
        self.entries.append(Entry(news.at, news.what, news.by, news.event_id, details=news.details))
        if news.sequence <= self.capacity_sequence:
            return
        self.capacity_sequence = news.sequence
        if self.state is not CaseState.CLOSED:
            self._move(news, now)

    def escalate(self, now: datetime) -> None:
        """Tell of every clock that has run out, once each."""
        for clock, due in timers.fire(self.timers, now):
            late = (now - due).total_seconds()
            self._record(facts.CaseEscalated(clock, due, late), Entry(now, "CaseEscalated", details={"clock": clock}))

    def _move(self, news: News, now: datetime) -> None:
        before = (self.state, self.placement)
        self.placement = news.placement
        self.state = state_after(news, self.state, seeking=self.seeking)
        self._keep_clocks(now)
        if news.discharged is not None:
            self.seeking = False
        if news.discharged is not None and self.state is CaseState.CLOSED:
            self._end(outcome_of(news.discharged), Entry(now, "CaseClosed", event_id=news.event_id))
        elif (self.state, self.placement) != before:
            self._record(facts.CaseStatusChanged(news.ce_type))

    def _keep_clocks(self, now: datetime) -> None:
        """A place found stops the place clock, a place lost sets it going again; who has arrived is reached."""
        if self.placement in HAS_PLACE:
            timers.stop(self.timers, Clock.PLACE, now)
        elif self.state in SOUGHT:
            timers.resume(self.timers, Clock.PLACE, now)
        if self.state is CaseState.PLACED:
            timers.stop(self.timers, Clock.FIRST_RESPONSE, now)

    def _settle(self, before: Request | None, entry: Entry) -> None:
        """Seek what stands now: anew where it differs from `before` or nobody is looking; else call the search off."""
        lived, request = self.placement_lives, self.request
        ask = request is not None and not (request == before and self.state in UNDER_WAY)
        self.seeking = request is not None
        if ask or not self.seeking:
            self.state = CaseState.PLACING if ask else CaseState.OPEN
        if not self.asks:
            timers.stop(self.timers, Clock.PLACE, entry.at)
        self._record(facts.CaseTriaged(entry.who), entry)
        if request and ask:
            self._ask(request, replace(entry, what="PlacementRequested", note=None))
        elif lived and not self.seeking:
            self._cancel(replace(entry, what="PlacementCancelled", note=None))

    def _ask(self, request: Request, entry: Entry) -> None:
        self._keep_clocks(entry.at)
        place = self.timers.get(Clock.PLACE)
        self._record(facts.PlacementRequested(request, place.due_at if place else None), entry)

    def _cancel(self, entry: Entry) -> None:
        self.seeking = False
        self._record(facts.PlacementCancelled(), entry)

    def _end(self, outcome: CaseOutcome, entry: Entry) -> None:
        self.state, self.outcome = CaseState.CLOSED, outcome
        for clock in Clock:
            timers.stop(self.timers, clock, entry.at)
        self._record(facts.CaseClosed(entry.who), replace(entry, details={"outcome": outcome}))

    def _may_decide(self, choice: Choice) -> None:
        """Raises AlreadyClosed, AlreadyPlaced, NothingSoughtAtU5, NoteRequired."""
        self._refuse_if_closed()
        if self.state is CaseState.PLACED:
            raise AlreadyPlaced
        asked = bool(choice.codes or choice.services)
        if asked and choice.urgency is Urgency.U5:
            raise NothingSoughtAtU5
        proposed = (self.assessment.urgency, self.assessment.codes, self.assessment.services)
        departs = (choice.urgency, choice.codes, choice.services) != proposed
        if not choice.note.strip() and (departs or (asked and self.subject.child)):
            raise NoteRequired

    def _completed(self, choice: Choice) -> Choice:
        """What this choice leaves open stays as the last one had it."""
        last = self.decision.choice if self.decision else choice
        done = last.evaluation_done if choice.evaluation_done is None else choice.evaluation_done
        return replace(
            choice,
            consent=choice.consent or last.consent,
            evaluation_done=done,
            legal_act=choice.legal_act or last.legal_act,
        )

    def _refuse_if_closed(self) -> None:
        if self.state is CaseState.CLOSED:
            raise AlreadyClosed

    def _record(self, fact: facts.Fact, entry: Entry | None = None) -> None:
        self.sequence += 1
        self.recorded.append(Recorded(fact, copy(self)))
        if entry:
            self.entries.append(entry)
