"""Who may ask for what: every need with every age, and all else that a request says, as triage would ask for it."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, product

from contracts.protocol import PROTOCOL, Assessment, assess
from contracts.situation import Person as Described
from contracts.situation import Situation
from contracts.vocabulary import Consent, LegalAct, PersonRole, ReporterRelation, Sex, Urgency
from services.capacity.domain.directory import Directory
from services.capacity.domain.request import Person, Request

RELATION = ReporterRelation.SELF
"""An adult who asks for himself consents."""

NEEDS = tuple(name for name, need in PROTOCOL.needs.items() if need.codes or need.services)
"""The others ask no center."""

AGES = (None, *range(101))
EDGES = (None, 0, 2, 3, 5, 6, 7, 11, 12, 14, 15, 16, 17, 18, 59, 60)
"""Where the law, the plans or the protocol change their mind, and the year beside it."""

EVERY_EDGE = 37
"""One case at an edge out of so many is asked by hand too: such a request looks at the whole directory."""

SEXES = (None, *Sex)
FLAGS = ((), ("disability",), ("disability", "severe"), ("disability", "mild"), ("pregnant",), ("other",))
SECTORS = (2, 6, 4, None)


@dataclass(frozen=True)
class Decided:
    """What a caseworker adds to the protocol's answer."""

    act: LegalAct | None = None
    evaluated: bool = False
    urgency: Urgency | None = None


DECIDED = (
    Decided(),
    Decided(LegalAct.DIRECTOR_DISPOSITION, evaluated=True),
    Decided(LegalAct.COURT_ORDINANCE, urgency=Urgency.U3),
    Decided(LegalAct.POLICE_ORDER, urgency=Urgency.U1),
)
SIDES = tuple(product(SECTORS, DECIDED, FLAGS))
"""All that is said beside need, age and sex."""

WHOLE = os.environ.get("PUNTE_FORBIDDEN_PAIRS") == "all"
"""Every need, age and sex with every side, a million requests; else with one or two, in turn, so that every need and
sex meets each side at some age."""


@dataclass(frozen=True)
class Case:
    need: str
    age: int | None
    sex: Sex | None
    sector: int | None
    decided: Decided
    flags: tuple[str, ...]

    @property
    def situation(self) -> Situation:
        return _situation(self.need, self.age, self.sex, self.flags, self.sector)


def cases() -> Iterator[Case]:
    asked = product(enumerate(NEEDS), enumerate(AGES), enumerate(SEXES))
    for (nth_need, need), (nth_age, age), (nth_sex, sex) in asked:
        turn = nth_age + 5 * nth_need + 30 * nth_sex
        yield from (Case(need, age, sex, *side) for side in _sides(turn, at_an_edge=age in EDGES))


def request(case: Case) -> Request:
    """What triage asks for once a person has decided so."""
    answer = _answer(case.need, case.age, case.flags)
    evaluation = "after" if answer.evaluation_after else "missing"
    return Request(
        need=case.need,
        target=answer.target,
        urgency=case.decided.urgency or answer.urgency,
        codes=answer.codes,
        services=answer.services,
        party=(Person(age=case.age, sex=case.sex, flags=case.flags),),
        sector=case.sector,
        consent=answer.consent,
        evaluation="done" if case.decided.evaluated else evaluation,
        legal_act=case.decided.act,
        external=answer.external,
    )


def by_the_protocol() -> Iterator[Request]:
    return map(request, cases())


def by_hand(directory: Directory) -> Iterator[Request]:
    """A caseworker asks for anything: every code and row at once, every row alone; also of who did not consent."""
    codes = tuple(dict.fromkeys(service.code for service in directory.services if service.code))
    rows = tuple(service.row for service in directory.services)
    wishes = ({"codes": codes, "services": rows}, {"codes": (), "services": rows})
    consents = (Consent.GIVEN, Consent.CANNOT, Consent.GIVEN, Consent.REFUSED, Consent.NOT_ASKED, None)
    edges = (case for case in cases() if case.age in EDGES)
    for number, case in enumerate(islice(edges, 0, None, EVERY_EDGE)):
        yield replace(request(case), **wishes[number % 2], consent=consents[number % len(consents)])


def _sides(turn: int, *, at_an_edge: bool) -> Iterable[tuple[int | None, Decided, tuple[str, ...]]]:
    if WHOLE:
        return SIDES
    turns = (turn, turn + 31) if at_an_edge else (turn,)
    return [SIDES[each % len(SIDES)] for each in turns]


@cache
def _answer(need: str, age: int | None, flags: tuple[str, ...]) -> Assessment:
    return assess(PROTOCOL, _situation(need, age, None, flags, None), RELATION)


def _situation(need: str, age: int | None, sex: Sex | None, flags: tuple[str, ...], sector: int | None) -> Situation:
    subject = Described(role=PersonRole.SUBJECT, age=age, sex=sex, flags=flags)
    return Situation.model_validate({"need": need, "location": {"sector": sector}, "people": [subject]})
