"""Whatever is needed by whomever: nobody is offered what the law or the directory forbids.

The table is written by hand, from the law and the plans, and knows nothing of the rules that it watches over.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, product
from pathlib import Path

import pytest

import services.capacity
from contracts.protocol import PROTOCOL, assess
from contracts.situation import Situation
from contracts.vocabulary import Consent, LegalAct, NoPlaceReason, Sex, Urgency
from services.capacity import directory
from services.capacity.domain.explanation import why_no_place
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.matching import History, Match, ranked
from services.capacity.domain.request import Person, Request
from tests.unit.capacity.world import START

DIRECTORY = directory.read(Path(services.capacity.__file__).parent / "data")
ROWS = {service.row for service in DIRECTORY.services}
AGES = (None, *range(101))
EDGES = (None, 0, 2, 3, 5, 6, 7, 14, 15, 16, 17, 18, 26, 27, 59, 60, 100)
"""Where the law, the plans or the protocol change their mind, and the year beside it."""
FLAGS = ("severe", "mild", "disability")

HOMES_OF_CHILDREN = {"S2-5", "S2-6", "S2-7", "S2-11", "S2-31"}
SHELTERS_OF_ADULTS = {"S2-1", "S2-2", "S2-3", "S2-4", "S2-10"}
DAY_CENTERS_OF_ADULTS = {"S2-12", "S2-13", "S2-14", "S2-15", "S2-24", "S2-40", "S2-41", "S2-42", "S6-2"}
PROPOSED = {f"S2-B{number}" for number in range(1, 12)}
PROJECTS = {"S2-X4", "S2-X5", "S2-X6", *(f"S6-{number}" for number in (1, 3, 4, 5, 7, 8, 9, 10, 11, 15, 16, 17))}
SHOWN_ONLY = {"S2-27", "S2-28", "S2-30", "S2-45", "S2-X1", "S6-12", "S6-13", "S6-14"}
BY_HAND = {"S2-8", "S2-X3"}


@dataclass(frozen=True)
class Forbidden:
    """`rows` to those for whom `who` holds; `source` says by what."""

    source: str
    rows: frozenset[str]
    who: Callable[[Request], bool]


def aged(low: int, high: int) -> Callable[[Request], bool]:
    """Of that age, surely."""
    return lambda request: request.party[0].age is not None and low <= request.party[0].age <= high


def sought_for(*needs: str) -> Callable[[Request], bool]:
    return lambda request: request.need in needs


def all_but(*needs: str) -> Callable[[Request], bool]:
    return lambda request: request.need not in needs


def a_child_trafficked(request: Request) -> bool:
    return request.need == "child-trafficking"


def a_small_child_without_severe_disability(request: Request) -> bool:
    return aged(0, 2)(request) and "severe" not in request.party[0].flags


def without_measure(request: Request) -> bool:
    return request.legal_act is None


def beyond_u2(request: Request) -> bool:
    return request.urgency > Urgency.U2


TABLE = [
    Forbidden("Law 272/2004: a child is not placed among adults", frozenset(SHELTERS_OF_ADULTS), aged(0, 17)),
    Forbidden("directory.yaml: services for adults", frozenset(DAY_CENTERS_OF_ADULTS), aged(0, 17)),
    Forbidden("directory.yaml: homes of children end with 17", frozenset(HOMES_OF_CHILDREN), aged(18, 100)),
    Forbidden(
        "Law 272/2004: under three in a family, not in residential care, unless severely disabled",
        frozenset(HOMES_OF_CHILDREN),
        a_small_child_without_severe_disability,
    ),
    Forbidden(
        "plan S2: a trafficked child lives in the center for victims, or in the emergency center",
        frozenset(ROWS - {"S2-11", "S2-6"}),
        a_child_trafficked,
    ),
    Forbidden("plan S2, row 11: for victims of trafficking only", frozenset({"S2-11"}), all_but("child-trafficking")),
    Forbidden("plan S2, row 7: children of the street", frozenset({"S2-7"}), all_but("child-street", "homeless-adult")),
    Forbidden("plan S2, row 7: from seven years on", frozenset({"S2-7"}), aged(0, 6)),
    Forbidden(
        "plan S2, row 10: adults without a home", frozenset({"S2-10"}), all_but("homeless-adult", "aggressor-evicted")
    ),
    Forbidden("plan S2, row 24: aggressors, whom no victim meets", frozenset({"S2-24"}), all_but("aggressor")),
    Forbidden(
        "plan S2, row 12: victims, whom no aggressor meets",
        frozenset({"S2-12"}),
        sought_for("aggressor", "aggressor-evicted"),
    ),
    Forbidden(
        "plan S2, row 9: mothers with children",
        frozenset({"S2-9"}),
        all_but("mother-child-shelter", "homeless-family"),
    ),
    Forbidden("plan S2, rows 1 and 13: from sixty years on", frozenset({"S2-1", "S2-13"}), aged(0, 59)),
    Forbidden("plans, creches: two years at most", frozenset({"S2-16", "S6-6"}), aged(3, 100)),
    Forbidden("Law 272/2004: a protection measure comes first", frozenset({"S2-5", "S2-31"}), without_measure),
    Forbidden("directory.yaml: the emergency centers' reserve", frozenset({"S2-6", "S2-7", "S2-10"}), beyond_u2),
    Forbidden("plan S2, annex B: proposed, not there yet", frozenset(PROPOSED), lambda _: True),
    Forbidden("plans: projects of a time, not places", frozenset(PROJECTS), lambda _: True),
    Forbidden("plans: offices and umbrellas", frozenset(SHOWN_ONLY), lambda _: True),
    Forbidden("Law 272/2004: a family is found by people", frozenset(BY_HAND), lambda _: True),
]


def everybody() -> Iterator[tuple[str, Person, int]]:
    """Every need with every age and sex, and with each flag at the edges; in both sectors."""
    plain = product(AGES, (None, *Sex), ((),), (2,))
    flagged = product(EDGES, (None, *Sex), ((flag,) for flag in FLAGS), (6,))
    people = [
        (Person(None, None, age, sex=sex, flags=flags), sector) for age, sex, flags, sector in chain(plain, flagged)
    ]
    return ((need, person, sector) for need in PROTOCOL.needs for person, sector in people)


@cache
def requests() -> frozenset[Request]:
    """What triage would ask for, after a person has confirmed the protocol's answer, with and without an act."""
    asked = set[Request]()
    for need, person, sector in everybody():
        told = Situation.model_validate(
            {
                "need": need,
                "location": {"sector": sector},
                "people": [{"role": "subject", "age": person.age, "sex": person.sex, "flags": person.flags}],
            }
        )
        answer = assess(PROTOCOL, told, "passer-by")
        request = Request(
            need=need,
            target=answer.target,
            urgency=answer.urgency,
            codes=answer.codes,
            services=answer.services,
            party=(person,),
            sector=sector,
            consent=Consent.GIVEN,
            evaluation="done",
            legal_act=None,
            external=answer.external,
        )
        if request.asked:
            placed = replace(request, legal_act=LegalAct.DIRECTOR_DISPOSITION)
            asked |= {request, placed, replace(placed, urgency=Urgency.U3)}
    return frozenset(asked)


def matches(request: Request, *, free: bool) -> list[Match]:
    return ranked(DIRECTORY, request, History(), ALL_FREE if free else ALL_FULL)


ALL_FREE = Ledger(Place(unit_id, unit_id, 1, START) for unit_id in DIRECTORY.by_unit)
ALL_FULL = Ledger(())


def test_nobody_is_offered_what_is_forbidden() -> None:
    found = Counter[tuple[str, str, str | None]]()
    for request in requests():
        offered = {match.service.row for match in matches(request, free=True) if match.is_available}
        for forbidden in TABLE:
            if offered & forbidden.rows and forbidden.who(request):
                found.update((forbidden.source, row, request.need) for row in offered & forbidden.rows)
    assert not found


def test_where_all_is_full_the_reason_is_right() -> None:
    """Full where somebody who could take the person exists, else nobody fits, else there is nobody."""
    for request in (request for request in requests() if request.party[0].age in EDGES and not request.party[0].flags):
        fitting = {match.service.row for match in matches(request, free=True) if match.is_available}
        reasons = {no.asked: no.reason for no in why_no_place(DIRECTORY, request, matches(request, free=False))}
        for asked in request.asked:
            mine = {service.row for service in DIRECTORY.services if asked in (service.code, service.row)}
            if not mine - PROPOSED - PROJECTS - SHOWN_ONLY:
                assert reasons[asked] == NoPlaceReason.NONE_IN_DIRECTORY, (asked, request)
            else:
                expected = NoPlaceReason.ALL_FULL if mine & fitting else NoPlaceReason.NONE_FITS
                assert reasons[asked] == expected, (asked, request)


@pytest.mark.parametrize("forbidden", TABLE, ids=lambda each: each.source)
def test_no_line_of_the_table_is_idle(forbidden: Forbidden) -> None:
    assert forbidden.rows <= ROWS
    assert any(forbidden.who(request) for request in requests())
