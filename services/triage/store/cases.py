"""Cases with their clocks and timeline: locked, loaded and saved in bulk."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.triage.domain.case import Case
from services.triage.domain.values import Entry
from shared.db import Tx

CASES = TypeAdapter(list[Case])
BATCH_OF_DUE = 200
OWN_TABLES = {"__all__": {"sources", "timers"}}


async def lock(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Case]:
    """The cases that exist, locked in the order of their ids. Their clocks are read after the lock is held: a statement
    that waits for a row sees other tables as they were when it began."""
    await tx.execute("SELECT FROM case_file WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids)
    return await get(tx, ids)


async def get(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Case]:
    """The cases that exist, as they stand."""
    rows = await tx.fetch(
        """
        SELECT to_jsonb(case_file) || jsonb_build_object(
            'sources', (SELECT jsonb_agg(to_jsonb(source) - 'content' - 'search' ORDER BY received_at, source_id)
                        FROM source WHERE case_id = case_file.id),
            'timers', (SELECT coalesce(jsonb_object_agg(clock, to_jsonb(case_clock)), '{}')
                       FROM case_clock WHERE case_id = case_file.id))
        FROM case_file WHERE id = ANY($1)
        """,
        ids,
    )
    return {case.id: case for case in CASES.validate_python([row[0] for row in rows])}


async def save(tx: Tx, cases: Sequence[Case]) -> None:
    """New and changed cases, their clocks and what their timelines gained: three statements, however many they are.
    What is fixed at opening stays as it was."""
    await tx.execute(
        """
        INSERT INTO case_file SELECT * FROM jsonb_populate_recordset(NULL::case_file, $1)
        ON CONFLICT (id) DO UPDATE SET
            (decision, state, seeking, placement, capacity_sequence, outcome, sequence,
             urgency, public_status, service_codes, services, reasons, doubts) =
            (excluded.decision, excluded.state, excluded.seeking, excluded.placement, excluded.capacity_sequence,
             excluded.outcome, excluded.sequence, excluded.urgency, excluded.public_status, excluded.service_codes,
             excluded.services, excluded.reasons, excluded.doubts)
        """,
        _rows(cases),
    )
    await tx.execute(
        """
        INSERT INTO case_clock SELECT * FROM jsonb_populate_recordset(NULL::case_clock, $1)
        ON CONFLICT (case_id, clock) DO UPDATE SET
            (due_at, fired_at, stopped_at) = (excluded.due_at, excluded.fired_at, excluded.stopped_at)
        """,
        [
            {"case_id": case.id, "clock": clock} | asdict(timer)
            for case in cases
            for clock, timer in case.timers.items()
        ],
    )
    await _add_to_history(tx, [(case.id, entry) for case in cases for entry in case.entries])


async def due(tx: Tx, now: datetime) -> Sequence[UUID]:
    """Cases with a clock that has run out, the longest overdue first."""
    rows = await tx.fetch(
        """
        SELECT case_id FROM case_clock WHERE due_at <= $1 AND fired_at IS NULL AND stopped_at IS NULL
        GROUP BY case_id ORDER BY min(due_at) LIMIT $2
        """,
        now,
        BATCH_OF_DUE,
    )
    return [row["case_id"] for row in rows]


async def capacity_sequence(tx: Tx, case_id: UUID) -> int | None:
    """Of the newest word of capacity."""
    sequence: int | None = await tx.fetchval("SELECT capacity_sequence FROM case_file WHERE id = $1", case_id)
    return sequence


def _rows(cases: Sequence[Case]) -> list[dict[str, Any]]:
    documents = CASES.dump_python(list(cases), exclude=OWN_TABLES, mode="json")
    return [document | _derived(case) for document, case in zip(documents, cases, strict=True)]


def _derived(case: Case) -> dict[str, Any]:
    return {
        "need": case.circumstances.need,
        "urgency": case.urgency,
        "public_status": case.public_status,
        "service_codes": case.codes,
        "services": case.services,
        "reasons": [asdict(reason) for reason in case.reasons],
        "doubts": [asdict(doubt) for doubt in case.doubts],
    }


async def _add_to_history(tx: Tx, entries: Sequence[tuple[UUID, Entry]]) -> None:
    await tx.execute(
        """
        INSERT INTO case_history (case_id, at, what, who, event_id, note, details)
        SELECT case_id, at, what, who, event_id, note, details
        FROM jsonb_to_recordset($1) AS entry (position int, case_id uuid, at timestamptz, what text, who jsonb,
                                              event_id uuid, note text, details jsonb)
        ORDER BY position
        ON CONFLICT (case_id, event_id, what) DO NOTHING
        """,
        [{"position": n, "case_id": case_id} | asdict(entry) for n, (case_id, entry) in enumerate(entries)],
    )
