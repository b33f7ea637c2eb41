"""Databases to die on, and a process whose copies do."""

import asyncio
import pickle
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from deploy.local.env import SERVICES
from deploy.local.keys import signing_key
from shared.testing import temporary_database
from tests.composing import migrations_of
from tests.databases import migrated, name_of
from tests.faults.crash_points import lane
from tests.faults.crash_points.acts import Importing
from tests.faults.crash_points.directory import write_small
from tests.faults.crash_points.lane import Job
from tests.faults.crash_points.stage import on_stage
from tests.infrastructure import Infrastructure

Play: TypeAlias = Callable[[Job], Awaitable[tuple[int, int]]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a signing key and a small directory."""
    folder = tmp_path_factory.mktemp("stage")
    signing_key(folder)
    return write_small(folder)


@pytest.fixture(scope="session")
async def templates(infrastructure: Infrastructure, folder: Path) -> AsyncIterator[dict[str, str]]:
    """Names of databases to be copied, by service; `capacity imports`: before there is a directory."""
    async with AsyncExitStack() as databases:
        dsns = {}
        for name in (*SERVICES, "capacity imports"):
            dsns[name] = await databases.enter_async_context(temporary_database(infrastructure.admin_dsn))
            await migrated(migrations_of(name.partition(" ")[0]))(dsns[name])
        async with on_stage("capacity", dsns["capacity"], folder) as stage:
            await Importing().perform(stage)
        yield {name: name_of(dsn) for name, dsn in dsns.items()}


@pytest.fixture(scope="session")
async def play() -> AsyncIterator[Play]:
    """`await play(job)`: the exit code of the process, and how often a server answered it."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", lane.__name__, stdin=pipe, stdout=pipe)
    assert process.stdin
    assert process.stdout
    jobs, outcomes = process.stdin, process.stdout

    async def play(job: Job) -> tuple[int, int]:
        jobs.write(pickle.dumps(job))
        code, answers = (await outcomes.readline()).split()
        return int(code), int(answers)

    yield play
    jobs.close()
    await process.wait()
