"""A report, who stands behind it, and what its reporter may know. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.vocabulary import AUTHORITY_OF_SECTOR, Channel, PublicStatus

SYMBOLS = "34679CDFGHJKMNPQRTVX"  # none that is read as another; no vowels, so that no word appears
GROUPS, GROUP = 3, 5
CODES = len(SYMBOLS) ** (GROUPS * GROUP)
"""How many tracking codes there are: 64 bits."""

OFFICIAL_CHANNELS = frozenset({Channel.INSTITUTION, Channel.WALK_IN, Channel.STREET_TEAM})


class ReportNotFound(Exception):
    """Nu există nicio sesizare cu acest cod. / There is no report with this code."""


@dataclass(frozen=True, slots=True)
class Report:
    """As it was told. `situation` is JSON in the shape of contracts.situation. Who told it is kept elsewhere."""

    report_id: UUID
    tracking_code: str
    channel: Channel
    verified: bool
    authority: str | None
    received_at: datetime
    situation: dict[str, Any]
    reporter_relation: str
    reporter_hash: str | None
    traceparent: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one event of the report's case tells: `sequence` is the event's number among those of the case."""

    report_id: UUID
    case_id: UUID
    sequence: int
    status: PublicStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """When a public status began."""

    status: PublicStatus
    at: datetime


def tracking_code(number: int) -> str:
    """The code of a number below CODES, such as K7M4C-9HXTD-3PRVG. One number, one code."""
    symbols = ""
    for _ in range(GROUPS * GROUP):
        number, symbol = divmod(number, len(SYMBOLS))
        symbols += SYMBOLS[symbol]
    return _grouped(symbols)


def read_tracking_code(text: str) -> str:
    """The code that somebody typed: in either case, with hyphens, spaces or dots, or without.

    Raises ReportNotFound for what can be no code.
    """
    symbols = re.sub(r"[\W_]", "", text).upper()
    if not re.fullmatch(f"[{SYMBOLS}]{{{GROUPS * GROUP}}}", symbols):
        raise ReportNotFound
    return _grouped(symbols)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + GROUP] for start in range(0, len(symbols), GROUP))


def is_verified(channel: Channel, *, signed_in: bool) -> bool:
    """An officer's channel used without a token is believed, and shown as unverified."""
    return signed_in or channel not in OFFICIAL_CHANNELS


def authority_in(sector: int | None) -> str | None:
    """The authority of the sector where the person is; None: not known here, seen by all."""
    return AUTHORITY_OF_SECTOR.get(sector or 0)


def history(received_at: datetime, steps: Iterable[Step]) -> list[Moment]:
    """How the public status changed, first to last; the last is the present one.

    It follows the case's sequence, so it is the same in whatever order the events arrived.
    """
    moments = [Moment(PublicStatus.RECEIVED, received_at)]
    for step in sorted(steps, key=lambda step: step.sequence):
        if step.status != moments[-1].status:
            moments.append(Moment(step.status, step.at))
    return moments
