"""Reports, and how their cases move, as the tests need them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts import triage
from contracts.situation import Situation
from contracts.vocabulary import Channel, Intake, PublicStatus
from services.reports.domain import Report, Step
from shared.envelope import Envelope, Received
from shared.ids import uuid7
from tests.contract.examples import EXAMPLES

NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
REPORT_ID, CASE_ID = uuid7(), uuid7()
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MOVED = next(example.value for example in EXAMPLES if example.ce_type == triage.CaseStatusChanged.ce_type)


def report(**told: Any) -> Report:
    known: dict[str, Any] = {
        "report_id": REPORT_ID,
        "tracking_code": "K7M4C-9HXTD-3PRVG",
        "channel": Channel.WEB,
        "verified": True,
        "authority": "S2",
        "received_at": NOW,
        "situation": Situation().model_dump(mode="json"),
        "reporter_relation": "self",
        "reporter_hash": None,
        "traceparent": TRACE,
    }
    return Report(**(known | told))


def step(sequence: int, status: PublicStatus) -> Step:
    return Step(REPORT_ID, CASE_ID, sequence, status, NOW + timedelta(minutes=sequence))


def case_moved(
    sources: Iterable[UUID], sequence: int, status: PublicStatus, kind: Intake = Intake.REPORT
) -> Received[triage.CaseStatusChanged]:
    """A case of these sources, as triage publishes it."""
    event = triage.CaseStatusChanged.model_validate(MOVED)
    told = [event.case.sources[0].model_copy(update={"kind": kind, "source_id": source}) for source in sources]
    case = event.case.model_copy(update={"sources": tuple(told), "public_status": status})
    at = NOW + timedelta(minutes=sequence)
    envelope = Envelope(uuid7(), event.ce_type, "/punte/triage", str(case.case_id), at, sequence, "c", TRACE)
    return Received(envelope, event.model_copy(update={"case": case}))
