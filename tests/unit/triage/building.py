"""Cases, sources and news as the tests of triage need them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from contracts.base import Actor as PublishedActor
from contracts.hotline import Call, CallLogged
from contracts.reports import Report, ReportSubmitted
from contracts.situation import Situation
from contracts.vocabulary import CallType, Channel, Clock, PlacementState, ReporterRelation, Urgency
from services.triage.arrivals import Arrival, of_call, of_report
from services.triage.domain import facts
from services.triage.domain.case import Case
from services.triage.domain.values import Actor, Choice, News
from services.triage.handlers import open_case
from shared.clock import Clock as SystemClock
from shared.envelope import Envelope, Received
from shared.ids import uuid7

NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)
"""A Thursday."""

CLOCK = SystemClock()
WORKER = Actor("w-1", "Ana Pop", "caseworker")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

ADULT = {"role": "subject", "age": 50, "sex": "m"}
CHILD = {"role": "subject", "age": 9, "sex": "m"}
PENSIONER = {"role": "subject", "age": 76, "sex": "f"}
WANTS_A_CLUB = {"need": "elderly-loneliness", "people": [PENSIONER], "location": {"sector": 2}}
SLEEPS_IN_FROST = {"need": "homeless-adult", "people": [ADULT], "risk_factors": ["homeless-in-frost"]}
BEATEN_CHILD = {"need": "child-abuse-leave-home", "people": [CHILD], "risk_factors": ["fresh-violence"]}
POTHOLE = {"need": "other-authority"}


def envelope(ce_type: str = "punte.reports.ReportSubmitted.v1", sequence: int = 1, at: datetime = NOW) -> Envelope:
    return Envelope(uuid7(), ce_type, "/punte/test", "subject", at, sequence, "correlation", TRACE)


def report(
    situation: dict[str, Any],
    relation: str = ReporterRelation.SELF,
    authority: str | None = "S2",
    at: datetime = NOW,
    verified: bool = True,
) -> Received[ReportSubmitted]:
    told = Report(
        report_id=uuid4(),
        channel=Channel.WEB,
        verified=verified,
        authority=authority,
        received_at=at,
        situation=Situation.model_validate(situation),
        reporter_relation=relation,
        reporter_hash=None,
    )
    return Received(envelope(at=at), ReportSubmitted(report=told))


def call(
    situation: dict[str, Any] | None,
    relation: str = ReporterRelation.SELF,
    call_type: CallType = CallType.ABOUT_OTHER,
    proposed: Urgency | None = None,
    started_at: datetime = NOW,
) -> Received[CallLogged]:
    told = Call(
        call_id=uuid4(),
        line="emergency-s2",
        call_type=call_type,
        authority="S2",
        operator=PublishedActor(subject="o-1", name="Operator", role="operator"),
        started_at=started_at,
        ended_at=None,
        situation=Situation.model_validate(situation) if situation is not None else None,
        proposed_urgency=proposed,
        reporter_relation=relation,
        reporter_hash=None,
    )
    return Received(envelope(CallLogged.ce_type), CallLogged(call=told))


def arrival_of_call(event: Received[CallLogged]) -> Arrival:
    arrival = of_call(event)
    assert arrival is not None
    return arrival


def opened(situation: dict[str, Any], relation: str = ReporterRelation.SELF) -> Case:
    """A case right after its report; what was recorded so far is forgotten."""
    case = just_opened(situation, relation)
    forget(case)
    return case


def just_opened(situation: dict[str, Any], relation: str = ReporterRelation.SELF) -> Case:
    return open_case(of_report(report(situation, relation)), CLOCK, NOW)


def forget(case: Case) -> None:
    case.recorded.clear()
    case.entries.clear()


def decide(case: Case, at: datetime = NOW, **choice: Any) -> list[str]:
    """The names of the facts that a decision records; what it leaves open is as the case proposes."""
    known = {"urgency": case.urgency, "codes": case.codes, "services": case.services}
    forget(case)
    case.decide(Choice(**(known | choice)), WORKER, at, CLOCK.due)
    return names(case)


def news(sequence: int, placement: PlacementState, what: str = "ReferralOffered", **more: Any) -> News:
    ce_type = f"punte.capacity.{what}.v1"
    return News(uuid4(), what, ce_type, sequence, NOW + timedelta(minutes=sequence), placement, **more)


def follow(case: Case, *received: News, at: datetime = NOW) -> list[str]:
    forget(case)
    for one in received:
        case.follow(one, at)
    return names(case)


def names(case: Case) -> list[str]:
    return [type(recorded.fact).__name__ for recorded in case.recorded]


def requested(case: Case) -> facts.PlacementRequested:
    found = [r.fact for r in case.recorded if isinstance(r.fact, facts.PlacementRequested)]
    assert len(found) == 1
    return found[0]


def running(case: Case) -> dict[Clock, datetime]:
    return {clock: timer.due_at for clock, timer in case.timers.items() if timer.running}
