"""The one place where a case and a fact become a published event: the whole public state, and the fact."""

from contracts import base, triage
from contracts.protocol import PROTOCOL
from services.triage.domain import facts
from services.triage.domain.case import Case, Recorded
from services.triage.domain.standing import Standing
from services.triage.domain.values import Act, Actor, Person, Reason, Source
from shared.outbox import Outgoing

SAYING_NO_MORE = {facts.CaseOpened: triage.CaseOpened, facts.PlacementCancelled: triage.PlacementCancelled}
"""Facts that the case's state tells wholly."""


def outgoing(case: Case) -> list[Outgoing]:
    """What was recorded, in order, each with the case as it stood then."""
    return [
        Outgoing(
            event(recorded),
            key=str(case.id),
            sequence=recorded.case.sequence,
            correlation_id=case.correlation_id,
            traceparent=case.traceparent,
        )
        for recorded in case.recorded
    ]


def event(recorded: Recorded) -> triage.CaseEvent:
    case = state(recorded.case)
    match recorded.fact:
        case facts.CaseTriaged(by=by):
            return triage.CaseTriaged(case=case, decided_by=actor(by))
        case facts.PlacementRequested():
            return triage.PlacementRequested(case=case, request=_request(recorded.case, recorded.fact))
        case facts.CaseEscalated(clock=clock, due=due, late_seconds=late):
            return triage.CaseEscalated(case=case, clock=clock, due=due, late_seconds=late)
        case facts.CaseStatusChanged(because=because):
            return triage.CaseStatusChanged(case=case, because=because)
        case facts.CaseClosed(by=by):
            return triage.CaseClosed(case=case, closed_by=actor(by))
        case facts.CaseOpened() | facts.PlacementCancelled() as fact:
            return SAYING_NO_MORE[type(fact)](case=case)


def state(case: Standing) -> triage.Case:
    known = case.circumstances
    return triage.Case(
        case_id=case.id,
        authority=case.authority,
        state=case.state,
        public_status=case.public_status,
        opened_at=case.opened_at,
        sources=tuple(source(one) for one in case.sources),
        need=known.need,
        occurred_at=known.occurred_at,
        sector=known.sector,
        address=known.address,
        people=tuple(_person(one) for one in known.people),
        urgency=case.urgency,
        reasons=sentences(case.reasons),
        protocol_version=case.assessment.version,
        response=case.assessment.response,
        service_codes=case.codes,
        services=case.services,
        needs_decision=sentences(case.doubts),
        decided_by=actor(case.decision.by) if case.decision else None,
        placement=case.placement,
        outcome=case.outcome,
    )


def sentences(reasons: tuple[Reason, ...]) -> tuple[base.Sentence, ...]:
    """Rules in words, Romanian and English."""
    return tuple(PROTOCOL.labels.say(reason.rule, **reason.values) for reason in reasons)


def actor(by: Actor | None) -> base.Actor | None:
    return base.Actor(subject=by.subject, name=by.name, role=by.role) if by else None


def source(one: Source) -> triage.CaseSource:
    return triage.CaseSource(
        kind=one.kind,
        source_id=one.source_id,
        via=one.via,
        reporter_relation=one.reporter_relation,
        received_at=one.received_at,
    )


def member(person: Person) -> triage.PartyMember:
    """With the name: for who takes the person in, and for caseworkers."""
    return triage.PartyMember(**_person(person).model_dump(), name=person.name)


def _person(person: Person) -> triage.CasePerson:
    return triage.CasePerson(
        person_id=person.person_id,
        role=person.role,
        age=person.age,
        age_min=person.age_min,
        age_max=person.age_max,
        sex=person.sex,
        flags=person.flags,
        sector_of_domicile=person.sector_of_domicile,
    )


def _request(case: Standing, fact: facts.PlacementRequested) -> triage.PlacementRequest:
    asked = fact.request
    return triage.PlacementRequest(
        need=case.circumstances.need,
        target=case.assessment.target,
        urgency=asked.urgency,
        codes=asked.codes,
        services=asked.services,
        party=tuple(member(person) for person in asked.party),
        sector=case.circumstances.sector,
        consent=asked.consent,
        evaluation=asked.evaluation,
        legal_act=_act(asked.legal_act),
        deadline=fact.deadline,
        external=case.assessment.external,
    )


def _act(act: Act | None) -> triage.LegalActRecord | None:
    if act is None:
        return None
    return triage.LegalActRecord(kind=act.kind, number=act.number, date=act.date, issuer=act.issuer, until=act.until)
