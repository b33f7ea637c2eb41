"""Reports and calls, each of one case."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.vocabulary import Intake
from services.triage.domain.values import Source
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its content, the report or call as published. `words`: where a search looks."""

    source: Source
    case_id: UUID
    sequence: int
    content: dict[str, Any]
    words: str


def fold(text: str) -> str:
    """Without case and accents: „Șos. Colentina” and “sos colentina” are found alike."""
    plain = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(plain)


async def known_sources(tx: Tx, keys: Collection[tuple[Intake, UUID]]) -> set[tuple[Intake, UUID]]:
    """Those that have a case already."""
    rows = await tx.fetch(
        "SELECT kind, source_id FROM source WHERE (kind, source_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))",
        [kind for kind, _ in keys],
        [source_id for _, source_id in keys],
    )
    return {(Intake(row["kind"]), row["source_id"]) for row in rows}


async def insert_sources(tx: Tx, rows: Sequence[SourceRow]) -> None:
    """Raises asyncpg.UniqueViolationError when another process opened a case for one of them in the meantime."""
    await tx.execute(
        "INSERT INTO source SELECT * FROM jsonb_populate_recordset(NULL::source, $1)",
        [
            {
                "kind": row.source.kind,
                "source_id": row.source.source_id,
                "case_id": row.case_id,
                "sequence": row.sequence,
                "via": row.source.via,
                "reporter_relation": row.source.reporter_relation,
                "received_at": row.source.received_at,
                "content": row.content,
                "search": fold(row.words),
            }
            for row in rows
        ],
    )


async def contents(tx: Tx, case_id: UUID) -> dict[UUID, dict[str, Any]]:
    """The content of each source of a case, by its id."""
    rows = await tx.fetch("SELECT source_id, content FROM source WHERE case_id = $1", case_id)
    return {row["source_id"]: row["content"] for row in rows}
