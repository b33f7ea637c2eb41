"""The evidence of one report that became a case with an accepted offer, and ways to spoil it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from deploy.demo.evidence import Evidence, Record, Row, Taken

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
REPORT, CASE, SERVICE, OTHER, PLACE, OFFER, STAY = (UUID(int=n) for n in range(1, 8))
NAME, PHONE, CONFIDENTIAL = "Canar 5f1e", "+40712345678901", "Centrul „Țărmul”"


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(topic: str, kind: str, key: UUID, sequence: int, data: Any = None, *, at: datetime = NOON) -> Record:
    owner = topic.partition(".")[0]
    headers = {
        "ce_id": f"{topic}-{key}-{sequence}",
        "ce_type": f"punte.{owner}.{kind}.v1",
        "ce_time": at.isoformat(),
        "ce_sequence": f"{sequence:012d}",
    }
    return Record(topic, 0, sequence, str(key), headers, json.dumps(data, ensure_ascii=False))


def explained(service: UUID, row: str, verdict: str, *, ok: bool) -> dict[str, Any]:
    checks = [{"rule": "age", "ok": ok}]
    return {"service_id": str(service), "row": row, "verdict": verdict, "rank": 1 if ok else None, "checks": checks}


def sound() -> Evidence:
    submitted = event("reports.report", "ReportSubmitted", REPORT, 1)
    sent = {"event_id": submitted.event_id, "topic": submitted.topic, "created_at": NOON, "published_at": after(0.1)}
    nothing: dict[str, list[Row]] = {"outbox": [], "inbox": []}
    services: list[Row] = [
        {"row": "S2-6", "code": "8790 CR-C-II", "name": "Cireșarii", "confidential": False},
        {"row": "S2-11", "code": "8790 CR-C-II", "name": CONFIDENTIAL, "confidential": True},
    ]
    searched = [explained(SERVICE, "S2-6", "chosen", ok=True), explained(OTHER, "S2-11", "does-not-fit", ok=False)]
    explanation = {"asked": ["8790 CR-C-II"], "services": searched}
    databases: dict[str, dict[str, list[Row]]] = {
        "reports": {
            "report": [{"report_id": REPORT}],
            "reporter": [{"report_id": REPORT, "name": NAME, "phone": PHONE}],
            "outbox": [sent],
            "inbox": [],
        },
        "hotline": {"call": [], **nothing},
        "triage": {
            "case_file": [{"id": CASE, "state": "placing", "reasons": [{"rule": "usual-level"}]}],
            "source": [{"source_id": REPORT, "case_id": CASE}],
            "case_clock": [clock(due=after(6), fired=after(6.4))],
            **nothing,
        },
        "capacity": {
            "service": services,
            "place": [{"id": PLACE, "free_since": None, "out_of_service": None}],
            "search": [{"case_id": CASE, "round": 1, "explanation": explanation}],
            "placement": [{"case_id": CASE, "search_again_at": None}],
            "offer": [offer(expires=after(4), ended=after(1))],
            "stay": [stay(began=after(0), ended=None)],
            **nothing,
        },
    }
    escalated = {"case": {"case_id": str(CASE)}, "clock": "first-response"}
    records = [
        submitted,
        event("triage.case", "CaseOpened", CASE, 1),
        event("triage.case", "CaseEscalated", CASE, 2, escalated, at=after(6.4)),
    ]
    taken = [Taken("reports", str(REPORT), opens_case=True, name=NAME, phone=PHONE)]
    return Evidence(after(60), databases, records, {"triage.log": "{}"}, taken)


def clock(due: datetime, fired: datetime | None = None, stopped: datetime | None = None) -> Row:
    return {"case_id": CASE, "clock": "first-response", "due_at": due, "fired_at": fired, "stopped_at": stopped}


def offer(expires: datetime, ended: datetime | None, state: str = "accepted") -> Row:
    identity = {"id": OFFER, "case_id": CASE, "round": 1, "service_id": SERVICE}
    return identity | {"state": state, "expires_at": expires, "ended_at": ended}


def stay(began: datetime, ended: datetime | None, **arrival: datetime | None) -> Row:
    """`arrival`: when it is due, noticed as overdue, or happened."""
    known = {"arrival_due": None, "overdue_at": None, "admitted_at": None} | arrival
    return {"id": STAY, "place_id": PLACE, "began_at": began, "ended_at": ended} | known


def with_rows(evidence: Evidence, database: str, table: str, *rows: Row) -> Evidence:
    """The same with these rows in that table."""
    tables: Mapping[str, Any] = {**evidence.databases[database], table: list(rows)}
    return replace(evidence, databases={**evidence.databases, database: tables})


def with_records(evidence: Evidence, *records: Record) -> Evidence:
    """The same with further records."""
    return replace(evidence, records=[*evidence.records, *records])
