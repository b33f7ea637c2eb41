"""SQL of the reports. Every function works in the transaction it is given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.situation import Reporter
from contracts.vocabulary import PublicStatus
from services.reports.domain import Report, Step
from shared.db import Tx


async def add(tx: Tx, report: Report, reporter: Reporter) -> None:
    await tx.execute(
        """
        WITH added AS (
            INSERT INTO report (report_id, tracking_code, channel, verified, authority, received_at, situation,
                                reporter_relation, reporter_hash, traceparent)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING report_id
        )
        INSERT INTO reporter (report_id, anonymous, name, phone, email) SELECT report_id, $11, $12, $13, $14 FROM added
        """,
        report.report_id,
        report.tracking_code,
        report.channel,
        report.verified,
        report.authority,
        report.received_at,
        report.situation,
        report.reporter_relation,
        report.reporter_hash,
        report.traceparent,
        reporter.anonymous,
        reporter.name,
        reporter.phone,
        reporter.email,
    )


async def find(tx: Tx, tracking_code: str) -> tuple[UUID, datetime] | None:
    """The report of that code and when it was received."""
    row = await tx.fetchrow("SELECT report_id, received_at FROM report WHERE tracking_code = $1", tracking_code)
    return (row["report_id"], row["received_at"]) if row else None


async def add_steps(tx: Tx, steps: Sequence[Step]) -> None:
    """Those of reports taken here, once each, however often they come."""
    await tx.execute(
        """
        INSERT INTO step (report_id, case_id, sequence, status, at)
        SELECT told.*
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[])
             AS told (report_id, case_id, sequence, status, at)
             JOIN report USING (report_id)
        ON CONFLICT DO NOTHING
        """,
        [step.report_id for step in steps],
        [step.case_id for step in steps],
        [step.sequence for step in steps],
        [step.status for step in steps],
        [step.at for step in steps],
    )


async def steps(tx: Tx, report_id: UUID) -> list[Step]:
    rows = await tx.fetch("SELECT case_id, sequence, status, at FROM step WHERE report_id = $1", report_id)
    return [Step(report_id, row["case_id"], row["sequence"], PublicStatus(row["status"]), row["at"]) for row in rows]


async def newest_step(tx: Tx, report_ids: Sequence[UUID]) -> int | None:
    """The sequence of the newest step that is known of these."""
    sequence: int | None = await tx.fetchval("SELECT max(sequence) FROM step WHERE report_id = ANY ($1)", report_ids)
    return sequence
