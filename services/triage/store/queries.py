"""What people look up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from contracts.vocabulary import CaseState, Urgency
from services.triage.domain.case import Case
from services.triage.domain.values import Entry
from services.triage.store.cases import get
from services.triage.store.sources import fold
from shared.db import Tx

ENTRIES = TypeAdapter(list[Entry])
Position = tuple[Urgency, datetime, UUID]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; null asks nothing. `authorities`: those of the reader."""

    authorities: frozenset[str]
    state: CaseState | None = None
    urgency: Urgency | None = None
    source_id: UUID | None = None
    words: str | None = None


async def find(tx: Tx, wanted: Filter, after: Position | None, limit: int) -> Sequence[Case]:
    """The most urgent first, then the oldest; from behind `after` on."""
    urgency, opened_at, case_id = after or (None, None, None)
    rows = await tx.fetch(
        r"""
        SELECT id FROM case_file
        WHERE (authority IS NULL OR authority = ANY($1))
          AND ($2::text IS NULL OR state = $2)
          AND ($3::text IS NULL OR urgency = $3)
          AND (($4::uuid IS NULL AND $5::text IS NULL) OR EXISTS (
                SELECT FROM source WHERE case_id = case_file.id AND ($4 IS NULL OR source_id = $4)
                   AND ($5 IS NULL OR position($5 IN search) > 0)))
          AND ($6::text IS NULL OR (urgency, opened_at, id) > ($6, $7::timestamptz, $8::uuid))
        ORDER BY urgency, opened_at, id LIMIT $9
        """,
        wanted.authorities,
        wanted.state,
        wanted.urgency,
        wanted.source_id,
        fold(wanted.words) if wanted.words else None,
        urgency,
        opened_at,
        case_id,
        limit,
    )
    cases = await get(tx, [row["id"] for row in rows])
    return [cases[row["id"]] for row in rows]


async def history(tx: Tx, case_id: UUID) -> list[Entry]:
    """The timeline, in the order in which things happened."""
    rows = await tx.fetch(
        "SELECT at, what, who, event_id, note, details FROM case_history WHERE case_id = $1 ORDER BY at, id", case_id
    )
    return ENTRIES.validate_python([dict(row) for row in rows])
