"""Why a search ended as it did: codes and values only; sentences are made when it is read."""

import json
from collections import Counter
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import NoPlaceReason, ServiceKind
from services.capacity.domain.directory import Directory
from services.capacity.domain.facts import NoPlace
from services.capacity.domain.matching import ACCEPTS_REFERRALS, FREE_PLACE, Check, Match
from services.capacity.domain.offer import By
from services.capacity.domain.request import Request

MAX_BYTES = 20_000
WITHOUT_CODE = "-"


class Verdict(StrEnum):
    CHOSEN = "chosen"
    BY_HAND = "by-hand"
    AVAILABLE = "available"
    FULL = "full"
    DOES_NOT_FIT = "does-not-fit"


@dataclass(frozen=True, slots=True)
class Explained:
    """One service that was asked for. `rank` counts from 1 among those that could take the person now."""

    service_id: UUID
    row: str
    name: str
    code: str | None
    asked: str
    verdict: Verdict
    rank: int | None
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rest` counts the services nobody asked for, by code. `directory` is the version that was looked at. `by` picked
    the one service by hand, and `note` says why."""

    directory: str
    asked: tuple[str, ...]
    services: tuple[Explained, ...]
    rest: dict[str, int]
    by: By | None = None
    note: str = ""


def explain_choice(directory: Directory, request: Request, match: Match, by: By, note: str) -> Explanation:
    explanation = explain(directory, request, [match])
    (service,) = explanation.services
    picked = replace(service, verdict=Verdict.BY_HAND, rank=None)
    return replace(explanation, services=(picked,), by=by, note=note)


def explain(directory: Directory, request: Request, matches: list[Match]) -> Explanation:
    asked = {match.service.id for match in matches}
    rest = Counter(service.code or WITHOUT_CODE for service in directory.services if service.id not in asked)
    services = tuple(_explained(match, rank) for rank, match in enumerate(matches, start=1))
    return _within_limit(Explanation(directory.version, request.asked, services, dict(rest)))


def why_no_place(directory: Directory, request: Request, matches: list[Match]) -> tuple[NoPlace, ...]:
    """The reason of every code and row that was asked for."""
    return tuple(NoPlace(asked, _reason(directory, asked, matches)) for asked in request.asked)


def what_a_person_may_do(request: Request, matches: list[Match]) -> tuple[str, ...]:
    """What lies beyond the program: an act or consent to record, a search by hand, a decision of a named person."""
    may = {REMEDIES[check.rule] for match in matches for check in match.failed if _is_all_that_lacks(match, check)}
    if any(match.service.kind == ServiceKind.FAMILY for match in matches):
        may.add("search-family")
    if request.external:
        may.add("ask-external-provider")
    return (*sorted(may), "ask-other-authority")


REMEDIES = {
    "protection-measure": "record-legal-act",
    "evaluation": "record-evaluation",
    "consent": "record-consent",
    "silent-lately": "telephone-center",
    ACCEPTS_REFERRALS: "telephone-center",
    FREE_PLACE: "place-over-capacity",
}


def _is_all_that_lacks(match: Match, check: Check) -> bool:
    return check.rule in REMEDIES and all(failed.rule in REMEDIES for failed in match.failed)


def _explained(match: Match, rank: int) -> Explained:
    service = match.service
    return Explained(
        service.id,
        service.row,
        service.name,
        service.code,
        match.asked,
        _verdict(match, rank),
        rank if match.is_available else None,
        match.checks,
    )


def _verdict(match: Match, rank: int) -> Verdict:
    if match.is_available:
        return Verdict.CHOSEN if rank == 1 else Verdict.AVAILABLE
    return Verdict.FULL if match.fits else Verdict.DOES_NOT_FIT


def _reason(directory: Directory, asked: str, matches: list[Match]) -> NoPlaceReason:
    mine = [match for match in matches if asked in match.service.wishes]
    if not any(match.service.is_offerable or match.service.kind == ServiceKind.FAMILY for match in mine):
        return NoPlaceReason.NONE_IN_DIRECTORY
    if any(match.fits for match in mine):
        return NoPlaceReason.ALL_FULL
    closed = any(match.is_closed for match in mine)
    return NoPlaceReason.CLOSED_TO_REFERRALS if closed else NoPlaceReason.NONE_FITS


def _within_limit(explanation: Explanation) -> Explanation:
    """Where very many services were asked for, passed checks are left out, then names and all but one failed check."""
    for shorten in (_without_passed, _with_one_reason):
        if _size(explanation) <= MAX_BYTES:
            break
        explanation = replace(explanation, services=tuple(map(shorten, explanation.services)))
    return explanation


def _without_passed(explained: Explained) -> Explained:
    return replace(explained, checks=tuple(check for check in explained.checks if not check.ok))


def _with_one_reason(explained: Explained) -> Explained:
    """The row still says which service it was."""
    return replace(explained, name="", checks=explained.checks[:1])


def _size(explanation: Explanation) -> int:
    return len(json.dumps(explanation, default=_plain, ensure_ascii=False).encode())


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)
