"""How urgent: the arithmetic that urgency.yaml describes, with a reason for every step."""

from collections.abc import Iterator, Set

from contracts.base import Sentence
from contracts.protocol.data import Protocol
from contracts.situation import Person, Situation
from contracts.vocabulary import ReporterRelation, Urgency

SMALL_CHILD = 7
NOT_CONCERNED = {"reporter", "aggressor"}
DISABILITY_FLAGS = {"disability", "severe", "mild"}


def reckon(protocol: Protocol, situation: Situation, relation: str) -> tuple[Urgency, list[Sentence]]:
    """The urgency and its reasons. One factor more never lowers it."""
    say = protocol.labels.say
    start, reason = _start(protocol, situation)
    factors = {*situation.risk_factors, *_derived_factors(situation, relation)}
    floors = {factor: protocol.floor_of[factor] for factor in sorted(factors & protocol.floor_of.keys())}
    reasons = [reason, *(say("floor", factor=factor, level=floor) for factor, floor in floors.items())]
    level = min([start, *floors.values()])
    holding = {factor for factor, floor in floors.items() if floor == level}
    if start == level:
        holding.add(situation.need or "")
    raising = next(_raising(protocol, situation.need, factors, holding), None)
    if raising and level.raised() != level:
        level = level.raised()
        reasons.append(say("raise", factor=raising, level=level))
    return level, reasons


def _start(protocol: Protocol, situation: Situation) -> tuple[Urgency, Sentence]:
    say = protocol.labels.say
    if situation.need in protocol.needs:
        level = protocol.needs[situation.need].usual
        return level, say("usual-level", need=situation.need, level=level)
    if any(person.is_child for person in _concerned(situation)):
        level = protocol.unknown_need_with_child
        return level, say("unknown-need-with-child", level=level)
    return protocol.unknown_need, say("unknown-need", level=protocol.unknown_need)


def _raising(protocol: Protocol, need: str | None, factors: Set[str], holding: Set[str]) -> Iterator[str]:
    """The factors that raise the level which the words of `holding` ask for."""
    if need in protocol.needs and protocol.needs[need].raised_by_factors == "none":
        return
    for factor in protocol.raises:
        implied_by = protocol.implied_by.get(factor, frozenset())
        if factor in factors and need not in implied_by and not holding <= implied_by:
            yield factor


def _derived_factors(situation: Situation, relation: str) -> Iterator[str]:
    concerned = _concerned(situation)
    flags = {flag for person in concerned for flag in person.flags}
    if any(person.youngest is not None and person.youngest < SMALL_CHILD for person in concerned):
        yield "child-under-7"
    if "pregnant" in flags:
        yield "pregnancy"
    if flags & DISABILITY_FLAGS:
        yield "disability"
    if relation == ReporterRelation.CHILD_ITSELF:
        yield "reporter-is-the-child"


def _concerned(situation: Situation) -> list[Person]:
    return [person for person in situation.people if person.role not in NOT_CONCERNED]
