"""Calls, how their cases move, and counts of places, as the tests need them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts import triage
from contracts.capacity import ServiceCapacitySnapshot
from contracts.situation import Situation
from contracts.vocabulary import CallType, CaseState, Intake, PublicStatus
from services.hotline.domain import Actor, Call, Step
from shared.envelope import Envelope, Received
from shared.ids import uuid7
from tests.contract.examples import EXAMPLES

NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
CALL_ID, CASE_ID = uuid7(), uuid7()
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MOVED = next(example.value for example in EXAMPLES if example.ce_type == triage.CaseStatusChanged.ce_type)
COUNTED = next(example.value for example in EXAMPLES if example.ce_type == ServiceCapacitySnapshot.ce_type)
COLLEAGUE = Actor("o-2", "Ana Pop", "operator")


def call(**told: Any) -> Call:
    known: dict[str, Any] = {
        "call_id": CALL_ID,
        "line": "child-119",
        "call_type": CallType.ABOUT_OTHER,
        "authority": "S2",
        "operator": COLLEAGUE,
        "started_at": NOW,
        "ended_at": None,
        "situation": Situation().model_dump(mode="json"),
        "proposed_urgency": None,
        "reporter_relation": "neighbour",
        "reporter_hash": None,
        "traceparent": TRACE,
    }
    return Call(**(known | told))


def step(sequence: int, state: CaseState, status: PublicStatus = PublicStatus.BEING_CHECKED) -> Step:
    return Step(CALL_ID, CASE_ID, sequence, state, status, NOW + timedelta(minutes=sequence))


def case_moved(
    sources: Iterable[UUID], sequence: int, state: CaseState, kind: Intake = Intake.CALL
) -> Received[triage.CaseStatusChanged]:
    """A case of these sources, as triage publishes it."""
    event = triage.CaseStatusChanged.model_validate(MOVED)
    told = [event.case.sources[0].model_copy(update={"kind": kind, "source_id": source}) for source in sources]
    case = event.case.model_copy(update={"sources": tuple(told), "state": state})
    return Received(envelope(event.ce_type, sequence), event.model_copy(update={"case": case}))


def counted(
    sequence: int, free: int, *, accepts_referrals: bool = True, **service: Any
) -> Received[ServiceCapacitySnapshot]:
    """The counts of a service, as capacity publishes them."""
    event = ServiceCapacitySnapshot.model_validate(COUNTED)
    known = event.service.model_copy(update=service)
    changed = {"service": known, "free": free, "accepts_referrals": accepts_referrals}
    return Received(envelope(event.ce_type, sequence), event.model_copy(update=changed))


def envelope(ce_type: str, sequence: int) -> Envelope:
    at = NOW + timedelta(minutes=sequence)
    return Envelope(uuid7(), ce_type, "/punte/test", "subject", at, sequence, "correlation", TRACE)
