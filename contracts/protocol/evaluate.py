"""The protocol as a pure function: what is known → urgency, who goes, what is asked for, and the reason of each."""

from collections.abc import Iterator

from contracts.base import Model, Sentence
from contracts.protocol.arithmetic import reckon
from contracts.protocol.data import Labels, Need, Protocol
from contracts.situation import ADULT, Person, Situation
from contracts.vocabulary import Consent, PersonRole, ReporterRelation, Response, Urgency

NOTHING = Need(usual=Urgency.U5, codes=())
"""What answers a need that is not known."""


class Assessment(Model):
    """What the protocol says. `doubts` are the reasons why a person must decide before a place is sought; `neutral`
    means that outsiders see no more than received, being-checked and closed."""

    version: str
    urgency: Urgency
    reasons: tuple[Sentence, ...]
    doubts: tuple[Sentence, ...]
    response: Response | None
    codes: tuple[str, ...]
    services: tuple[str, ...]
    by_hand_codes: tuple[str, ...]
    target: str | None
    evaluation_after: bool
    external: tuple[str, ...]
    neutral: bool
    consent: Consent | None


def assess(protocol: Protocol, situation: Situation, relation: str) -> Assessment:
    """Any situation has an answer. A factor more never lowers the urgency; nothing ever lowers it."""
    urgency, reasons = reckon(protocol, situation, relation)
    answer, reasons_for_answer = _answer(protocol, situation)
    consent = _consent(situation.subject, relation)
    return Assessment(
        version=protocol.version,
        urgency=urgency,
        reasons=(*reasons, *reasons_for_answer),
        doubts=tuple(_doubts(protocol, situation, urgency, answer, consent)),
        response=answer.response,
        codes=_codes(answer, situation.subject),
        services=answer.services,
        by_hand_codes=answer.by_hand_codes,
        target=answer.target,
        evaluation_after=answer.evaluation == "after",
        external=answer.external,
        neutral=_neutral(protocol, situation),
        consent=consent,
    )


def _answer(protocol: Protocol, situation: Situation) -> tuple[Need, list[Sentence]]:
    """The need that codes and response are taken from: another one for who is younger than the need's age."""
    need = protocol.needs.get(situation.need or "", NOTHING)
    if need.under_min_age and need.min_age and _younger_than(need.min_age, situation.subject):
        reason = protocol.labels.say("under-min-age", age=need.min_age, need=need.under_min_age)
        return protocol.needs[need.under_min_age], [reason]
    return need, []


def _codes(answer: Need, subject: Person | None) -> tuple[str, ...]:
    flags = subject.flags if subject else ()
    return next((order for flag, order in answer.order_by_flag.items() if flag in flags), answer.codes)


def _consent(subject: Person | None, relation: str) -> Consent | None:
    """Of an adult: as recorded, else given where the person itself asks. A child's is not asked here."""
    if subject is None or subject.is_child:
        return None
    if subject.consent:
        return subject.consent
    return Consent.GIVEN if relation == ReporterRelation.SELF else Consent.NOT_ASKED


def _neutral(protocol: Protocol, situation: Situation) -> bool:
    return (
        situation.need not in protocol.needs
        or situation.need in protocol.public_status_neutral
        or bool(situation.harm)
        or situation.aggressor is not None
    )


def _doubts(
    protocol: Protocol, situation: Situation, level: Urgency, answer: Need, consent: Consent | None
) -> Iterator[Sentence]:
    labels = protocol.labels
    if level.needs_a_person:
        yield labels.say("urgency-needs-a-person", level=level)
    if situation.need is None:
        yield labels.say("need-not-known")
    yield from (labels.say("word-not-known", factor=word) for word in _unknown_words(protocol, situation))
    if answer.codes or answer.services:
        yield from _doubts_about_services(labels, situation, answer, consent)


def _unknown_words(protocol: Protocol, situation: Situation) -> Iterator[str]:
    if situation.need and situation.need not in protocol.needs:
        yield situation.need
    yield from sorted(set(situation.risk_factors) - protocol.factors)


def _doubts_about_services(
    labels: Labels, situation: Situation, answer: Need, consent: Consent | None
) -> Iterator[Sentence]:
    subject = situation.subject
    if subject is None:
        yield labels.say("person-not-known")
        return
    if consent in {Consent.REFUSED, Consent.NOT_ASKED}:
        yield labels.say("consent-not-given", consent=consent)
    yield from _doubts_about_age(labels, subject.youngest, answer)
    if answer.only_if_party and not _mother_with_children(situation, subject):
        yield labels.say("party-does-not-fit")
    if answer.requires_flag and answer.requires_flag not in subject.flags:
        yield labels.say("flag-missing", factor=answer.requires_flag)


def _doubts_about_age(labels: Labels, youngest: int | None, answer: Need) -> Iterator[Sentence]:
    low, high = answer.min_age, answer.max_age
    if youngest is None:
        if low is not None or high is not None:
            yield labels.say("age-not-known")
    elif low is not None and youngest < low:
        yield labels.say("below-min-age", age=low)
    elif high is not None and youngest > high:
        yield labels.say("above-max-age", age=high)


def _younger_than(age: int, subject: Person | None) -> bool:
    return subject is not None and subject.youngest is not None and subject.youngest < age


def _mother_with_children(situation: Situation, subject: Person) -> bool:
    adult = subject.youngest is None or subject.youngest >= ADULT
    return adult and any(person.is_child for person in situation.people if person.role == PersonRole.CHILD)
