"""From a published report or call, and the protocol's answer to it, to the case's own values."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from contracts.base import Sentence
from contracts.hotline import CallLogged
from contracts.protocol import PROTOCOL, assess
from contracts.reports import ReportSubmitted
from contracts.situation import Person as DescribedPerson
from contracts.situation import Situation
from contracts.vocabulary import NO_CASE_CALL_TYPES, Intake, Urgency
from services.triage.domain.values import Assessment, Circumstances, Person, Reason, Source
from shared.envelope import Envelope, Received
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Arrival:
    """A source that asks for a case. `content`: the report or call as published."""

    envelope: Envelope
    source: Source
    authority: str | None
    situation: Situation
    proposed: Urgency | None
    content: dict[str, Any]

    @property
    def key(self) -> tuple[Intake, UUID]:
        return self.source.kind, self.source.source_id

    @property
    def words(self) -> str:
        """What a search looks through."""
        situation = self.situation
        names = [person.name for person in situation.people]
        location = situation.location
        return "\n".join(filter(None, [situation.need, situation.narrative, location.address, location.note, *names]))


def of_report(event: Received[ReportSubmitted]) -> Arrival:
    report = event.data.report
    return Arrival(
        envelope=event.envelope,
        source=Source(Intake.REPORT, report.report_id, report.channel, report.reporter_relation, report.received_at),
        authority=report.authority,
        situation=report.situation,
        proposed=None,
        content=report.model_dump(mode="json"),
    )


def of_call(event: Received[CallLogged]) -> Arrival | None:
    """None for a call that opens no case. A call is received when it was logged: `started_at` is the operator's word. A
    call about which nothing is known yet still opens a case."""
    call = event.data.call
    if call.call_type in NO_CASE_CALL_TYPES:
        return None
    return Arrival(
        envelope=event.envelope,
        source=Source(Intake.CALL, call.call_id, call.line, call.reporter_relation, event.envelope.time),
        authority=call.authority,
        situation=call.situation or Situation(),
        proposed=call.proposed_urgency,
        content=call.model_dump(mode="json"),
    )


def circumstances(situation: Situation) -> Circumstances:
    """Each person gets a pseudonym here."""
    people = [(person, uuid7()) for person in situation.people]
    return Circumstances(
        need=situation.need,
        occurred_at=situation.occurred_at,
        sector=situation.location.present_sector,
        address=situation.location.address,
        people=tuple(_person(person, pseudonym) for person, pseudonym in people),
        subject_id=next((pseudonym for person, pseudonym in people if person is situation.subject), None),
    )


def assessment(arrival: Arrival) -> Assessment:
    """The protocol's answer, raised where the operator proposed more."""
    answer = assess(PROTOCOL, arrival.situation, arrival.source.reporter_relation)
    own = Assessment(
        version=answer.version,
        urgency=answer.urgency,
        reasons=_reasons(answer.reasons),
        doubts=_reasons(answer.doubts),
        response=answer.response,
        codes=answer.codes,
        services=answer.services,
        target=answer.target,
        evaluation_after=answer.evaluation_after,
        external=answer.external,
        neutral=answer.neutral,
        consent=answer.consent,
    )
    return raised(own, arrival.proposed) if arrival.proposed else own


def raised(assessment: Assessment, proposed: Urgency) -> Assessment:
    """With the urgency that a person proposed, if that is more urgent; from U2 on it waits for a decision."""
    if proposed >= assessment.urgency:
        return assessment
    level = {"level": proposed}
    confirm = (Reason("urgency-needs-a-person", level),) if proposed.needs_a_person else ()
    others = tuple(doubt for doubt in assessment.doubts if doubt.rule != "urgency-needs-a-person")
    return replace(
        assessment,
        urgency=proposed,
        reasons=(*assessment.reasons, Reason("proposed-by-operator", level)),
        doubts=(*confirm, *others),
    )


def _reasons(sentences: tuple[Sentence, ...]) -> tuple[Reason, ...]:
    """Without their words, which are rendered when read; no rule of the protocol compares lists."""
    return tuple(
        Reason(said.rule, {name: value for name, value in said.values.items() if not isinstance(value, list)})
        for said in sentences
    )


def _person(person: DescribedPerson, person_id: UUID) -> Person:
    return Person(
        person_id=person_id,
        role=person.role,
        name=person.name,
        age=person.age,
        age_min=person.age_min,
        age_max=person.age_max,
        sex=person.sex,
        flags=person.flags,
        sector_of_domicile=person.sector_of_domicile,
        child=person.is_child,
    )
