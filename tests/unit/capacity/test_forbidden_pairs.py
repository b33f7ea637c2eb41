"""Whatever is sought for whomever: nobody is offered what forbidden.yaml forbids, nobody refused what it does not."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

import services.capacity
from contracts.vocabulary import NoPlaceReason, Sex
from services.capacity import directory
from services.capacity.consumers import wanted
from services.capacity.domain.directory import identity
from services.capacity.domain.explanation import why_no_place
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.matching import History, Match, ranked, rules
from services.capacity.domain.request import Request
from services.triage.domain import facts
from services.triage.domain.values import Act, Choice
from services.triage.events import event
from shared.envelope import Received
from tests.unit.capacity import asking, forbidden
from tests.unit.capacity.asking import Case
from tests.unit.capacity.forbidden import Forbidden
from tests.unit.capacity.world import START
from tests.unit.triage.building import CLOCK, NOW, WORKER, envelope, just_opened

DIRECTORY = directory.read(Path(services.capacity.__file__).parent / "data")
TABLE = forbidden.read(frozenset(service.row for service in DIRECTORY.services))
KEPT = [entry for entry in TABLE if not entry.not_yet]
NOT_YET = [entry for entry in TABLE if entry.not_yet]
NOT_THERE = {row for entry in TABLE for row in entry.rows if not entry.there}
OF_ROW = {service.row: tuple(entry for entry in KEPT if service.row in entry.rows) for service in DIRECTORY.services}
ALL_FREE = Ledger(Place(unit_id, unit_id, 1, START) for unit_id in DIRECTORY.by_unit)
ALL_TAKEN = Ledger(())
EVERY_FULL, EVERY_LONG_WAY = 7, 83
"""One request out of so many is looked at with every place taken; is made the long way."""


@dataclass
class Judged:
    """`offered` against the table and `refused` without it: row, need and source. `used`: an entry and a row that it
    keeps from somebody. `alone`: the entries that do so where no other does."""

    count: int = 0
    offered: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    used: set[tuple[str, str]] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def look_at(self, request: Request, match: Match) -> None:
        row = match.service.row
        by = [entry.source for entry in OF_ROW[row] if entry.forbids(request)]
        self.used.update((source, row) for source in by)
        if len(by) == 1:
            self.alone.add(by[0])
        if by and match.is_available:
            self.offered.update((row, request.need, source) for source in by)
        if not by and not match.is_available:
            self.refused[row, request.need] += 1


def matches(request: Request, ledger: Ledger = ALL_FREE) -> list[Match]:
    return ranked(DIRECTORY, request, History(), ledger)


def judge(requests: Iterable[Request]) -> Judged:
    judged = Judged()
    for request in requests:
        judged.count += 1
        for match in matches(request):
            judged.look_at(request, match)
    return judged


@cache
def by_the_protocol() -> tuple[Request, ...]:
    return tuple(asking.by_the_protocol())


@cache
def by_hand() -> tuple[Request, ...]:
    return tuple(asking.by_hand(DIRECTORY))


@cache
def everything() -> Judged:
    return judge((*by_the_protocol(), *by_hand()))


def test_nobody_is_offered_what_is_forbidden() -> None:
    assert not everything().offered


def test_nobody_is_refused_what_is_not_forbidden() -> None:
    assert not everything().refused


@pytest.mark.parametrize("entry", KEPT, ids=lambda entry: entry.source)
def test_every_entry_keeps_each_of_its_rows_from_somebody(entry: Forbidden) -> None:
    assert {row for source, row in everything().used if source == entry.source} == entry.rows


@pytest.mark.parametrize("entry", KEPT, ids=lambda entry: entry.source)
def test_no_entry_says_only_what_others_say_too(entry: Forbidden) -> None:
    assert entry.source in everything().alone


def offers_against(entry: Forbidden, requests: Iterable[Request]) -> Iterator[Match]:
    asked = (each for each in requests if any(service.row in entry.rows for service in DIRECTORY.asked_by(each)))
    found = (match for request in asked if entry.forbids(request) for match in matches(request))
    return (match for match in found if match.is_available and match.service.row in entry.rows)


@pytest.mark.parametrize(
    "entry",
    [pytest.param(each, marks=pytest.mark.xfail(strict=True, reason=each.not_yet), id=each.source) for each in NOT_YET],
)
def test_what_the_program_still_offers_is_forbidden_too(entry: Forbidden) -> None:
    assert not any(offers_against(entry, by_the_protocol()))


SERVICES_RULES = ["kind", "team", "only_target", "protected", "requires", "emergency_only"]
PERSONS_RULES = ["consent", "age", "residential_minimum_age"]


@pytest.mark.parametrize("rule", [*SERVICES_RULES, *PERSONS_RULES])
def test_a_program_that_forgets_a_rule_is_caught(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the rules that another one backs up in this directory: status, child_among_adults, sex, party_size."""
    for name in ("OF_THE_SERVICE", "OF_EACH_PERSON"):
        monkeypatch.setattr(rules, name, [each for each in getattr(rules, name) if each.__name__ != rule])
    assert any(judge([request]).offered for request in by_hand())


@pytest.mark.parametrize(("sex", "unit"), [(Sex.MALE, "S2-10/1"), (Sex.FEMALE, "S2-10/2")])
def test_men_and_women_sleep_apart(sex: Sex, unit: str) -> None:
    """directory.yaml, S2-10: the first unit is the men's, the second the women's."""
    homeless = (request for request in by_the_protocol() if request.need == "homeless-adult")
    offered = (match for request in homeless if request.party[0].sex == sex for match in matches(request))
    units = {place.unit_id for match in offered if match.service.row == "S2-10" for place in match.places}
    assert units == {identity("unit", unit)}


def right_reason(request: Request, asked: str) -> NoPlaceReason:
    """By the table alone: nobody there, else nobody who may take this person, else everybody full."""
    named = {service.row for service in DIRECTORY.services if asked in (service.code, service.row)}
    if named <= NOT_THERE:
        return NoPlaceReason.NONE_IN_DIRECTORY
    if all(any(entry.forbids(request) for entry in OF_ROW[row]) for row in named):
        return NoPlaceReason.NONE_FITS
    return NoPlaceReason.ALL_FULL


def test_where_every_place_is_taken_the_reason_is_right() -> None:
    found = Counter[NoPlaceReason]()
    for request in islice(by_the_protocol(), 0, None, EVERY_FULL):
        full = matches(request, ALL_TAKEN)
        if not any(match.is_available for match in full):
            reasons = {no.asked: no.reason for no in why_no_place(DIRECTORY, request, full)}
            assert reasons == {asked: right_reason(request, asked) for asked in request.asked}, request
            found.update(reasons.values())
    assert found.keys() == {NoPlaceReason.NONE_IN_DIRECTORY, NoPlaceReason.NONE_FITS, NoPlaceReason.ALL_FULL}


def asked_by_triage(case: Case) -> Request:
    """The long way: a report becomes a case, a caseworker decides, capacity hears of it."""
    opened = just_opened(case.situation.model_dump(mode="json"), asking.RELATION)
    opened.decide(
        Choice(
            urgency=case.decided.urgency or opened.urgency,
            codes=opened.codes,
            services=opened.services,
            note="Am vorbit cu ea.",
            evaluation_done=case.decided.evaluated,
            legal_act=Act(case.decided.act) if case.decided.act else None,
        ),
        WORKER,
        NOW,
        CLOCK.due,
    )
    asked = [each for each in opened.recorded if isinstance(each.fact, facts.PlacementRequested)]
    request = wanted(Received(envelope(), event(asked[-1]))).request
    assert request is not None
    return request


def test_the_requests_are_those_that_triage_makes() -> None:
    for case in islice(asking.cases(), 0, None, EVERY_LONG_WAY):
        heard = asked_by_triage(case)
        nameless = replace(heard.party[0], person_id=None)
        assert replace(heard, party=(nameless,)) == asking.request(case)
