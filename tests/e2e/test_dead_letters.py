"""Messages were set aside: somebody looks, the mistake is mended, they are replayed, and nothing is lost."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from shared.broker import Broker
from shared.consumer.compacted import read_compacted
from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Citizen
from tests.e2e.stack import Stack

ROOT = Path(__file__).parents[2]
DLQ = "triage.case.reports.dlq"


async def dead_letters(stack: Stack, *argv: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.dead_letters", *argv),
        env=dict(stack.env),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_what_a_broken_reader_set_aside_reaches_the_citizen_after_all(
    stack: Stack, citizen: Citizen, caseworker: Caseworker
) -> None:
    await stack.fetch("reports", "ALTER TABLE step RENAME TO misplaced")
    try:
        report = await citizen.report(situations.pothole())
        case_id = await caseworker.case_of(report.report_id)
        told = await stack.fetch("triage", "SELECT event_id FROM outbox WHERE key = $1", case_id)
        await wait_until(lambda: dead(stack, [row["event_id"] for row in told]), what="messages set aside")
    finally:
        await stack.fetch("reports", "ALTER TABLE misplaced RENAME TO step")
    assert await citizen.status(report) == "received"

    code, listed = await dead_letters(stack, "list")
    assert code == 0
    assert "handler failed: UndefinedTableError 42P01" in listed
    assert await dead_letters(stack, "replay", "--reason", "UndefinedTableError", "--preview") != (0, "none\n")
    code, _ = await dead_letters(stack, "replay", "--reason", "UndefinedTableError")
    assert code == 0
    assert await stack.value("reports", STEPS, UUID(report.report_id)) == len(told)
    assert await dead_letters(stack) == (0, "none\n")
    await wait_until(lambda: no_letters(stack), what="the letters gone from their topic")


STEPS = "SELECT count(*) FROM step WHERE report_id = $1"


async def dead(stack: Stack, event_ids: list[UUID]) -> bool:
    sql = "SELECT count(*) FROM inbox WHERE state = 'dead' AND id = ANY ($1)"
    return await stack.value("reports", sql, [str(event_id) for event_id in event_ids]) == len(event_ids)


async def no_letters(stack: Stack) -> bool:
    return not (await read_compacted(Broker(stack.kafka, stack.env["PUNTE_TOPIC_PREFIX"]), [DLQ]))[DLQ]
