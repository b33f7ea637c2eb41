"""SQL of the calls and of the free places. Every function works in the transaction it is given."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, astuple
from uuid import UUID

from contracts.situation import Reporter
from contracts.vocabulary import CallType, CaseState, PublicStatus, Urgency
from services.hotline.domain import Actor, Call, FreePlaces, Step
from shared.db import Tx


async def add(tx: Tx, call: Call, reporter: Reporter) -> None:
    await tx.execute(
        """
        WITH added AS (
            INSERT INTO call (call_id, line, call_type, authority, operator, started_at, ended_at, situation,
                              proposed_urgency, reporter_relation, reporter_hash, traceparent)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING call_id
        )
        INSERT INTO reporter (call_id, anonymous, name, phone, email) SELECT call_id, $13, $14, $15, $16 FROM added
        """,
        call.call_id,
        call.line,
        call.call_type,
        call.authority,
        asdict(call.operator),
        call.started_at,
        call.ended_at,
        call.situation,
        call.proposed_urgency,
        call.reporter_relation,
        call.reporter_hash,
        call.traceparent,
        reporter.anonymous,
        reporter.name,
        reporter.phone,
        reporter.email,
    )


async def find(tx: Tx, call_id: UUID) -> Call | None:
    row = await tx.fetchrow("SELECT * FROM call WHERE call_id = $1", call_id)
    if row is None:
        return None
    urgency = row["proposed_urgency"]
    return Call(
        call_id=call_id,
        line=row["line"],
        call_type=CallType(row["call_type"]),
        authority=row["authority"],
        operator=Actor(**row["operator"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        situation=row["situation"],
        proposed_urgency=Urgency(urgency) if urgency else None,
        reporter_relation=row["reporter_relation"],
        reporter_hash=row["reporter_hash"],
        traceparent=row["traceparent"],
    )


async def reporter(tx: Tx, call_id: UUID) -> Reporter | None:
    """Who spoke."""
    row = await tx.fetchrow(
        """
        SELECT anonymous, reporter_relation AS relation, name, phone, email
        FROM reporter JOIN call USING (call_id)
        WHERE call_id = $1
        """,
        call_id,
    )
    return Reporter(**row) if row else None


async def add_steps(tx: Tx, steps: Sequence[Step]) -> None:
    """Those of calls taken here, once each, however often they come."""
    await tx.execute(
        """
        INSERT INTO step (call_id, case_id, sequence, state, status, at)
        SELECT told.*
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[])
             AS told (call_id, case_id, sequence, state, status, at)
             JOIN call USING (call_id)
        ON CONFLICT DO NOTHING
        """,
        [step.call_id for step in steps],
        [step.case_id for step in steps],
        [step.sequence for step in steps],
        [step.state for step in steps],
        [step.status for step in steps],
        [step.at for step in steps],
    )


async def steps(tx: Tx, call_id: UUID) -> list[Step]:
    rows = await tx.fetch("SELECT case_id, sequence, state, status, at FROM step WHERE call_id = $1", call_id)
    return [
        Step(call_id, row["case_id"], row["sequence"], CaseState(row["state"]), PublicStatus(row["status"]), row["at"])
        for row in rows
    ]


async def newest_step(tx: Tx, call_ids: Sequence[UUID]) -> int | None:
    """The sequence of the newest step that is known of these."""
    sequence: int | None = await tx.fetchval("SELECT max(sequence) FROM step WHERE call_id = ANY ($1)", call_ids)
    return sequence


async def newest_counts(tx: Tx, service_id: UUID) -> int | None:
    """The sequence of the latest counts that are known of a service."""
    sequence: int | None = await tx.fetchval("SELECT sequence FROM service WHERE service_id = $1", service_id)
    return sequence


async def save_free_places(tx: Tx, counts: Sequence[FreePlaces]) -> None:
    """At most one of each service. A row with a higher sequence stays as it is."""
    await tx.execute(
        """
        INSERT INTO service AS known
            (service_id, sequence, kind, code, confidential, row, name, authority, free, waiting, accepts_referrals,
             updated_at)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[],
                             $8::text[], $9::integer[], $10::integer[], $11::boolean[], $12::timestamptz[])
        ON CONFLICT (service_id) DO UPDATE SET
            sequence = excluded.sequence, kind = excluded.kind, code = excluded.code,
            confidential = excluded.confidential, row = excluded.row, name = excluded.name,
            authority = excluded.authority, free = excluded.free, waiting = excluded.waiting,
            accepts_referrals = excluded.accepts_referrals, updated_at = excluded.updated_at
        WHERE known.sequence < excluded.sequence
        """,
        *zip(*map(astuple, counts), strict=True),  # a column for each field, in their order
    )


async def free_places(tx: Tx, code: str | None, authorities: Collection[str]) -> list[FreePlaces]:
    """Services of these authorities, and those that show none; only of that code where one is given."""
    rows = await tx.fetch(
        """
        SELECT service_id, sequence, kind, code, confidential, row, name, authority, free, waiting, accepts_referrals,
               updated_at
        FROM service
        WHERE (authority IS NULL OR authority = ANY ($1::text[])) AND ($2::text IS NULL OR code = $2)
        ORDER BY code, authority, row, service_id
        """,
        list(authorities),
        code,
    )
    return [FreePlaces(**row) for row in rows]
