"""A call, the line it came on, who may see it, and what became of it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.vocabulary import AUTHORITY_OF_SECTOR, BUCHAREST, CallType, CaseState, PublicStatus, Urgency

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far an operator's clock may be ahead of ours."""


class UnknownLine(Exception):
    """Linia „{line}” nu există; liniile sunt: {known}. / There is no line “{line}”; the lines are: {known}."""

    def __init__(self, line: str, known: Iterable[str]) -> None:
        self.line, self.known = line, ", ".join(known)
        super().__init__(line)


class LineEnded(Exception):
    """La linia „{line}” s-a răspuns până la {until}. / The line “{line}” was answered until {until}."""

    def __init__(self, line: str, until: date) -> None:
        self.line, self.until = line, until
        super().__init__(line)


class CallInFuture(Exception):
    """Un apel nu poate nici începe, nici să se încheie în viitor. / A call can neither start nor end in the future."""


class CallEndsBeforeStart(Exception):
    """Un apel nu se poate încheia înainte să înceapă. / A call cannot end before it starts."""


class CallNotFound(Exception):
    """Nu există niciun apel cu acest număr. / There is no call with this id."""


@dataclass(frozen=True, slots=True)
class Line:
    """`authority` None: national. `until`: the last day it was answered; None: it still is."""

    line: str
    name: dict[str, str]
    kind: str
    authority: str | None
    number: str | None
    hours: str | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, by the token."""

    subject: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Call:
    """As the operator typed it. `situation` is JSON in the shape of contracts.situation. Who spoke is kept
    elsewhere."""

    call_id: UUID
    line: str
    call_type: CallType
    authority: str | None
    operator: Actor
    started_at: datetime
    ended_at: datetime | None
    situation: dict[str, Any] | None
    proposed_urgency: Urgency | None
    reporter_relation: str
    reporter_hash: str | None
    traceparent: str

    def is_shown_to(self, subject: str, authorities: Collection[str]) -> bool:
        """One that belongs to no authority is seen by all."""
        return self.authority is None or self.is_own_of(subject, authorities)

    def is_own_of(self, subject: str, authorities: Collection[str]) -> bool:
        """Who took it, and his authority, may know who spoke."""
        return subject == self.operator.subject or self.authority in authorities


@dataclass(frozen=True, slots=True)
class Step:
    """What one event of the call's case tells: `sequence` is the event's number among those of the case."""

    call_id: UUID
    case_id: UUID
    sequence: int
    state: CaseState
    status: PublicStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """The latest counts of one service. A confidential one has neither row nor name here; one that accepts no referrals
    is offered nobody, whatever is free."""

    service_id: UUID
    sequence: int
    kind: str
    code: str | None
    confidential: bool
    row: str | None
    name: str | None
    authority: str | None
    free: int
    waiting: int
    accepts_referrals: bool
    updated_at: datetime


def line_answered(lines: Mapping[str, Line], line: str, at: datetime) -> Line:
    """The line that a call at that time came on. Raises UnknownLine, LineEnded."""
    if line not in lines:
        raise UnknownLine(line, lines)
    found = lines[line]
    if found.until and at.astimezone(BUCHAREST).date() > found.until:
        raise LineEnded(line, found.until)
    return found


def check_times(started_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises CallInFuture, CallEndsBeforeStart."""
    if max(started_at, ended_at or started_at) > now + CLOCKS_DIFFER:
        raise CallInFuture
    if ended_at and ended_at < started_at:
        raise CallEndsBeforeStart


def authority_of(sector: int | None, line: Line) -> str | None:
    """The authority of the sector where the person is, else the line's."""
    return AUTHORITY_OF_SECTOR.get(sector or 0, line.authority)


def history(steps: Iterable[Step]) -> list[Step]:
    """How the case moved, first to last; the last is the present one.

    It follows the case's sequence, so it is the same in whatever order the events arrived.
    """
    story: list[Step] = []
    for step in sorted(steps, key=lambda step: step.sequence):
        if not story or (step.state, step.status) != (story[-1].state, story[-1].status):
            story.append(step)
    return story


def newest(counts: Iterable[FreePlaces]) -> list[FreePlaces]:
    """Of each service the counts with the highest sequence."""
    by_sequence = sorted(counts, key=lambda count: count.sequence)
    return list({count.service_id: count for count in by_sequence}.values())
