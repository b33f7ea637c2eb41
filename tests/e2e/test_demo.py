"""The demonstration as `make demo` starts it: what it says, what it leaves running, and what it would notice."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import asyncpg
import httpx
import pytest

from deploy.demo.evidence import recall
from deploy.local import env, stack
from tests.infrastructure import free_base

pytestmark = pytest.mark.timeout(240)

SPOILED = {
    "a case loses its report": (
        1,
        "triage",
        "DELETE FROM source WHERE source_id = (SELECT source_id FROM source LIMIT 1)",
    ),
    "a place had two stays": (
        2,
        "capacity",
        """
        INSERT INTO stay (id, service_id, place_id, state, began_at, ended_at, end_reason)
        SELECT gen_random_uuid(), service_id, place_id, 'ended', began_at, began_at + interval '1 s', 'data-error'
        FROM stay WHERE state = 'occupied' LIMIT 1
        """,
    ),
    "an urgency loses its reasons": (
        3,
        "triage",
        "UPDATE case_file SET reasons = '[]' WHERE id = (SELECT id FROM case_file LIMIT 1)",
    ),
    "a reporter is named outside": (
        4,
        "capacity",
        "UPDATE offer SET note = '{name}' WHERE id = (SELECT id FROM offer LIMIT 1)",
    ),
    "a clock was noticed too late": (
        5,
        "triage",
        "UPDATE case_clock SET fired_at = due_at + interval '6 s' WHERE fired_at IS NOT NULL",
    ),
}


@dataclass(frozen=True)
class Demo:
    """A demonstration that has ended and stays up. `root` is its PUNTE_STATE."""

    root: Path
    base: int
    environment: dict[str, str]
    printed: str
    status: int

    @property
    def state(self) -> Path:
        return self.root / "demo"


async def start(root: Path, base: int, *options: str) -> tuple[int, str]:
    variables = {**os.environ, "PUNTE_STATE": str(root), "PUNTE_PORT_BASE": str(base), "ONCE": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.demo",
        *options,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


@pytest.fixture(scope="module")
async def demo() -> AsyncIterator[Demo]:
    root = Path(mkdtemp(prefix="punte-demo-"))
    try:
        base = free_base()
        status, printed = await start(root, base)
        yield Demo(root, base, env.read(root / "demo"), printed, status)
    finally:
        await asyncio.to_thread(stack.down, root / "demo")
        rmtree(root)


async def test_every_promise_is_held_and_every_expectation_met(demo: Demo) -> None:
    assert demo.status == 0, demo.printed
    assert len(re.findall(r"^✓ [1-5]\.", demo.printed, re.MULTILINE)) == 5
    assert "✗" not in demo.printed


async def test_it_stays_up_with_the_addresses_to_try(demo: Demo) -> None:
    addresses = re.findall(r"http://\S+/docs", demo.printed)
    async with httpx.AsyncClient(trust_env=False) as client:
        assert [(await client.get(address)).status_code for address in addresses] == [200] * 4


async def test_a_second_one_is_told_in_a_sentence_that_the_first_is_still_up(demo: Demo) -> None:
    status, printed = await start(demo.root, free_base())
    assert status == 1
    assert len(printed.splitlines()) == 1
    assert "make down" in printed


@pytest.mark.parametrize(("number", "database", "statement"), SPOILED.values(), ids=SPOILED.keys())
async def test_a_breach_of_a_promise_is_noticed(demo: Demo, number: int, database: str, statement: str) -> None:
    assert f"✓ {number}." in demo.printed
    await spoil(demo, database, statement)
    status, printed = await start(demo.root, demo.base, "--judge")
    assert f"✗ {number}." in printed
    assert status == 1


async def spoil(demo: Demo, database: str, statement: str) -> None:
    """One statement in the database of a service; `{name}` is a reporter's."""
    name = recall(demo.state)[0].name
    connection = await asyncpg.connect(demo.environment[f"PUNTE_{database.upper()}_DSN"])
    try:
        status = await connection.execute(statement.replace("{name}", name))
    finally:
        await connection.close()
    assert not status.endswith(" 0")
