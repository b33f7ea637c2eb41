"""Events of `reports.report`, keyed by report id."""

from typing import ClassVar
from uuid import UUID

from contracts.base import Event, Instant, Model
from contracts.situation import Code, Situation
from contracts.vocabulary import Channel


class Report(Model):
    """`verified` is false for an institution, walk-in or street-team channel used without a token."""

    report_id: UUID
    channel: Channel
    verified: bool
    authority: str | None
    received_at: Instant
    situation: Situation
    reporter_relation: Code
    reporter_hash: str | None


class ReportEvent(Event):
    topic: ClassVar[str] = "reports.report"
    report: Report


class ReportSubmitted(ReportEvent):
    """A citizen, an app, a partner or an officer has reported something."""

    ce_type: ClassVar[str] = "punte.reports.ReportSubmitted.v1"


EVENTS: tuple[type[ReportEvent], ...] = (ReportSubmitted,)
