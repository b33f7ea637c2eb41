"""The stack that is measured: PostgreSQL and Kafka as `make up` starts them, and the services that a part asks for."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil

from deploy import topics
from deploy.local import env, services, stack
from deploy.local.ports import HOST, is_taken, port
from deploy.local.processes import Program, end
from shared.db import Pool, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import temporary_database
from tests.infrastructure import free_base

STATE = Path(".local/bench")
PAGE = b"\0" * 8192
SYNCING_SECONDS = 2.0


@dataclass(frozen=True)
class Stack:
    state: Path
    base: int

    @property
    def env(self) -> Mapping[str, str]:
        return env.read(self.state)

    @property
    def kafka(self) -> str:
        return self.env["PUNTE_KAFKA"]

    @property
    def admin_dsn(self) -> str:
        password = env.password(self.state, "postgres")
        return f"postgresql://postgres:{password}@{HOST}:{port(self.base, 'postgres')}/postgres"

    def up(self, *names: str) -> None:
        """PostgreSQL, Kafka with its topics, and these services alone."""
        end([self.program(name) for name in env.SERVICES if name not in names])
        asyncio.run(self._up(names))

    async def _up(self, names: Sequence[str]) -> None:
        values = await stack.infrastructure_up(self.state, self.base)
        await topics.create(self.kafka)
        await asyncio.gather(*(services.start(self.program(name).state, name, values) for name in names))

    def program(self, name: str) -> Program:
        return Program(stack.folder(self.state), name)

    def cpu_seconds(self) -> dict[str, float]:
        """What each program has used so far, with its children; and the bench itself."""
        programs = [self.program(name) for name in ("postgres", "kafka", *env.SERVICES)]
        living = {program.name: process for program in programs if (process := program.process())}
        return {name: _cpu_seconds(process) for name, process in {**living, "bench": psutil.Process()}.items()}

    @asynccontextmanager
    async def opponent(self, name: str, offset: int, *arguments: str) -> AsyncIterator[str]:
        """The address of a program of `opponents` that listens at that offset of the base, and is given its port."""
        number = self.base + offset
        program = self.program(f"{name}-{offset}")
        program.start([sys.executable, "-m", f"tests.bench.opponents.{name}", str(number), *arguments])
        try:
            await program.until_ready(lambda: listens(number))
            yield f"http://{HOST}:{number}"
        finally:
            end([program])

    @asynccontextmanager
    async def database(self, tables: str = "") -> AsyncIterator[tuple[str, Pool]]:
        """A database of its own with the tables of `shared` and these, its DSN and a pool; gone afterwards."""
        async with temporary_database(self.admin_dsn) as dsn:
            pool = await open_pool(dsn, size=2, name="bench")
            try:
                await migrate(pool, SHARED_SQL)
                await pool.execute(f"{tables}; CHECKPOINT")
                yield dsn, pool
            finally:
                await close_pool(pool)


def _cpu_seconds(process: psutil.Process) -> float:
    children = [] if process.pid == os.getpid() else process.children(recursive=True)
    total = 0.0
    for one in (process, *children):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


async def listens(number: int) -> bool:
    return is_taken(number)


@contextmanager
def new_stack() -> Iterator[Stack]:
    """A stack that has never run, and is gone afterwards."""
    shutil.rmtree(STATE, ignore_errors=True)
    STATE.mkdir(parents=True)
    try:
        yield Stack(STATE, free_base())
    finally:
        stack.down(STATE)
        shutil.rmtree(STATE, ignore_errors=True)


def syncs_per_second(folder: Path) -> float:
    """How often the disk takes a page for good, as PostgreSQL writes its log: fdatasync after 8 KiB."""
    file, begun, number = os.open(folder / "syncs", os.O_CREAT | os.O_WRONLY), perf_counter(), 0
    try:
        while (passed := perf_counter() - begun) < SYNCING_SECONDS:
            os.pwrite(file, PAGE, 0)
            os.fdatasync(file)
            number += 1
    finally:
        os.close(file)
    return number / passed
