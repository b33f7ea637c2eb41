"""Events of `hotline.call`, keyed by call id."""

from typing import ClassVar
from uuid import UUID

from contracts.base import Actor, Event, Instant, Model
from contracts.situation import Code, Situation
from contracts.vocabulary import CallType, Urgency


class Call(Model):
    """`situation` is null where nothing was said. `proposed_urgency` is the operator's word, never lower than the
    protocol's."""

    call_id: UUID
    line: Code
    call_type: CallType
    authority: str | None
    operator: Actor
    started_at: Instant
    ended_at: Instant | None
    situation: Situation | None
    proposed_urgency: Urgency | None
    reporter_relation: Code
    reporter_hash: str | None


class CallEvent(Event):
    topic: ClassVar[str] = "hotline.call"
    call: Call


class CallLogged(CallEvent):
    """An operator has logged a call; silent, dropped and joke calls too."""

    ce_type: ClassVar[str] = "punte.hotline.CallLogged.v1"


EVENTS: tuple[type[CallEvent], ...] = (CallLogged,)
