"""What people read."""

from typing import Any
from uuid import UUID

from contracts.base import Actor, Instant, Model, Sentence
from contracts.situation import Situation
from contracts.triage import CaseSource, PartyMember
from contracts.vocabulary import (
    CaseOutcome,
    CaseState,
    Clock,
    Consent,
    PlacementState,
    PublicStatus,
    Response,
    Urgency,
)
from services.triage import events
from services.triage.domain.case import Case
from services.triage.domain.values import Entry


class CaseItem(Model):
    """A line of the list. `needs_decision`: why a person must decide; empty where nobody need."""

    case_id: UUID
    authority: str | None
    state: CaseState
    public_status: PublicStatus
    urgency: Urgency
    opened_at: Instant
    need: str | None
    sector: int | None
    address: str | None
    needs_decision: tuple[Sentence, ...]
    service_codes: tuple[str, ...]
    services: tuple[str, ...]
    decided_by: Actor | None
    placement: PlacementState | None
    outcome: CaseOutcome | None


class ResponseView(Model):
    """Who goes, or acts, before any place is sought; null where nobody need."""

    who_goes: Response | None


class ClockView(Model):
    """Neither fired nor stopped: running."""

    clock: Clock
    due_at: Instant
    fired_at: Instant | None
    stopped_at: Instant | None


class SourceView(CaseSource):
    """`verified` is false for an officer's channel that was used without a token."""

    verified: bool
    situation: Situation


class HistoryView(Model):
    """One line of the timeline. `event_id`: of the received event it comes from."""

    at: Instant
    what: str
    who: Actor | None
    note: str | None
    details: dict[str, str] | None
    event_id: UUID | None


class CaseView(CaseItem):
    """`narrative` is that of the first source."""

    occurred_at: Instant | None
    narrative: str
    reasons: tuple[Sentence, ...]
    protocol_version: str
    response: ResponseView
    consent: Consent | None
    people: tuple[PartyMember, ...]
    sources: tuple[SourceView, ...]
    clocks: tuple[ClockView, ...]
    history: tuple[HistoryView, ...]


def item(case: Case) -> CaseItem:
    return CaseItem.model_validate(events.state(case), from_attributes=True)


def view(case: Case, contents: dict[UUID, dict[str, Any]], history: list[Entry]) -> CaseView:
    """`contents`: the published report or call of each source."""
    sources = [_source(source, contents[source.source_id]) for source in events.state(case).sources]
    return CaseView(
        **dict(item(case)),
        occurred_at=case.circumstances.occurred_at,
        narrative=sources[0].situation.narrative,
        reasons=events.sentences(case.reasons),
        protocol_version=case.assessment.version,
        response=ResponseView(who_goes=case.assessment.response),
        consent=case.consent,
        people=tuple(events.member(person) for person in case.circumstances.people),
        sources=tuple(sources),
        clocks=tuple(_clock(case, clock) for clock in case.timers),
        history=tuple(_line(entry) for entry in history),
    )


def _source(source: CaseSource, content: dict[str, Any]) -> SourceView:
    situation = Situation.model_validate(content["situation"] or {}, extra="ignore")
    return SourceView(**dict(source), verified=content.get("verified", True), situation=situation)


def _clock(case: Case, clock: Clock) -> ClockView:
    timer = case.timers[clock]
    return ClockView(clock=clock, due_at=timer.due_at, fired_at=timer.fired_at, stopped_at=timer.stopped_at)


def _line(entry: Entry) -> HistoryView:
    return HistoryView(
        at=entry.at,
        what=entry.what,
        who=events.actor(entry.who),
        note=entry.note,
        details=dict(entry.details) if entry.details else None,
        event_id=entry.event_id,
    )
