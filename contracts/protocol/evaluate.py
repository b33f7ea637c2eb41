"""The protocol as a pure function: what is known → urgency, who goes, what is asked for, and the reason of each."""

from collections.abc import Iterator

from contracts.base import Model, Sentence
from contracts.protocol.data import Label, Need, Protocol
from contracts.situation import ADULT, Situation
from contracts.vocabulary import Consent, PersonRole, ReporterRelation, Response, Urgency

SMALL_CHILD = 7
NOT_CONCERNED = {"reporter", "aggressor"}
DISABILITY_FLAGS = {"disability", "severe", "mild"}


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


class _Evaluation:
    """One situation under one protocol."""

    def __init__(self, protocol: Protocol, situation: Situation, relation: str) -> None:
        self.protocol, self.situation, self.relation = protocol, situation, relation
        self.subject = situation.subject
        self.concerned = [person for person in situation.people if person.role not in NOT_CONCERNED]
        self.need = protocol.needs.get(situation.need or "")
        self.factors = {*situation.risk_factors, *self._derived_factors()}

    def urgency(self) -> tuple[Urgency, list[Sentence]]:
        level, reasons = self._start()
        for factor in sorted(self.factors & self.protocol.floor_of.keys()):
            floor = self.protocol.floor_of[factor]
            level = min(level, floor)
            reasons.append(self._say("floor", factor=factor, level=floor))
        raising = next(self._raising(), None)
        if raising and level.raised() != level:
            level = level.raised()
            reasons.append(self._say("raise", factor=raising, level=level))
        return level, reasons

    def answer(self) -> Need | None:
        """The need that codes and response are taken from: another one for who is younger than the need's age."""
        if self.need and self.need.under_min_age and self._younger_than(self.need.min_age):
            return self.protocol.needs[self.need.under_min_age]
        return self.need

    def codes(self, answer: Need | None) -> tuple[str, ...]:
        if not answer:
            return ()
        flags = self.subject.flags if self.subject else ()
        return next((order for flag, order in answer.order_by_flag.items() if flag in flags), answer.codes)

    def consent(self) -> Consent | None:
        """Of an adult: as recorded, else given where the person itself asks. A child's is not asked here."""
        if self.subject is None or self.subject.is_child:
            return None
        if self.subject.consent:
            return self.subject.consent
        return Consent.GIVEN if self.relation == ReporterRelation.SELF else Consent.NOT_ASKED

    def doubts(self, level: Urgency, answer: Need | None) -> Iterator[Sentence]:
        if level.needs_a_person:
            yield self._say("urgency-needs-a-person", level=level)
        if not self.situation.need:
            yield self._say("need-not-known")
        yield from (self._say("word-not-known", factor=word) for word in self._unknown_words())
        if answer and (answer.codes or answer.services):
            yield from self._doubts_about_services(answer)

    def neutral(self) -> bool:
        situation = self.situation
        return (
            self.need is None
            or situation.need in self.protocol.public_status_neutral
            or bool(situation.harm)
            or situation.aggressor is not None
        )

    def reasons_for_answer(self, answer: Need | None) -> list[Sentence]:
        if answer is self.need or not self.need:
            return []
        return [self._say("under-min-age", age=self.need.min_age or 0, need=self.need.under_min_age or "")]

    def _start(self) -> tuple[Urgency, list[Sentence]]:
        if self.need:
            level = self.need.usual
            return level, [self._say("usual-level", need=self.situation.need or "", level=level)]
        if any(person.is_child for person in self.concerned):
            level = self.protocol.unknown_need_with_child
            return level, [self._say("unknown-need-with-child", level=level)]
        level = self.protocol.unknown_need
        return level, [self._say("unknown-need", level=level)]

    def _raising(self) -> Iterator[str]:
        if self.need and self.need.raised_by_factors == "none":
            return
        present = self.factors | {self.situation.need or ""}
        for factor in self.protocol.raises:
            implied = present.intersection(self.protocol.implied_by.get(factor, ()))
            if factor in self.factors and not implied:
                yield factor

    def _derived_factors(self) -> Iterator[str]:
        flags = {flag for person in self.concerned for flag in person.flags}
        if any(p.youngest is not None and p.youngest < SMALL_CHILD for p in self.concerned):
            yield "child-under-7"
        if "pregnant" in flags:
            yield "pregnancy"
        if flags & DISABILITY_FLAGS:
            yield "disability"
        if self.relation == ReporterRelation.CHILD_ITSELF:
            yield "reporter-is-the-child"

    def _unknown_words(self) -> Iterator[str]:
        if self.situation.need and not self.need:
            yield self.situation.need
        yield from sorted(set(self.situation.risk_factors).difference(self.protocol.words()))

    def _doubts_about_services(self, answer: Need) -> Iterator[Sentence]:
        consent = self.consent()
        if consent in (Consent.NOT_ASKED, Consent.REFUSED):
            yield self._say("consent-not-given", consent=consent)
        if self.subject is None or (self.subject.youngest is None and (answer.min_age or answer.max_age)):
            yield self._say("age-not-known")
        elif answer.max_age is not None and (self.subject.youngest or 0) > answer.max_age:
            yield self._say("above-max-age", age=answer.max_age)
        if answer.only_if_party and not self._mother_with_children():
            yield self._say("party-does-not-fit")
        if answer.requires_flag and not (self.subject and answer.requires_flag in self.subject.flags):
            yield self._say("flag-missing", factor=answer.requires_flag)

    def _younger_than(self, age: int | None) -> bool:
        youngest = self.subject.youngest if self.subject else None
        return age is not None and youngest is not None and youngest < age

    def _mother_with_children(self) -> bool:
        adult = self.subject is not None and (self.subject.youngest or ADULT) >= ADULT
        return adult and any(p.is_child for p in self.situation.people if p.role == PersonRole.CHILD)

    def _say(self, rule: str, **values: str | int) -> Sentence:
        return Sentence(
            rule=rule,
            values={name: str(v) if isinstance(v, str) else v for name, v in values.items()},
            ro=self._fill(rule, values, "ro"),
            en=self._fill(rule, values, "en"),
        )

    def _fill(self, rule: str, values: dict[str, str | int], language: str) -> str:
        labels = self.protocol.labels
        known: dict[str, dict[str, Label]] = {"need": labels.needs, "factor": labels.factors}
        words = {
            name: getattr(known[name][str(v)], language) if str(v) in known.get(name, {}) else str(v)
            for name, v in values.items()
        }
        template: str = getattr(labels.rules[rule], language)
        return template.format(**words)


def assess(protocol: Protocol, situation: Situation, relation: str) -> Assessment:
    """Any situation has an answer. A factor more never lowers the urgency; nothing ever lowers it."""
    evaluation = _Evaluation(protocol, situation, relation)
    urgency, reasons = evaluation.urgency()
    answer = evaluation.answer()
    return Assessment(
        version=protocol.version,
        urgency=urgency,
        reasons=(*reasons, *evaluation.reasons_for_answer(answer)),
        doubts=tuple(evaluation.doubts(urgency, answer)),
        response=answer.response if answer else None,
        codes=evaluation.codes(answer),
        services=answer.services if answer else (),
        by_hand_codes=answer.by_hand_codes if answer else (),
        target=answer.target if answer else None,
        evaluation_after=bool(answer and answer.evaluation == "after"),
        external=answer.external if answer else (),
        neutral=evaluation.neutral(),
        consent=evaluation.consent(),
    )
