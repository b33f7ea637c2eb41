"""The four services behind real servers, each on a database of its own; their background does not run."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

import services
from services.capacity import handlers
from shared.db import UnitOfWork, close_pool, open_pool
from shared.health import Health
from shared.migrations import SHARED_SQL, migrate
from shared.service import SERVER
from shared.stream import Tail
from shared.testing import TestClock, temporary_database, wait_until
from tests.composing import composed, migrations_of
from tests.infrastructure import Infrastructure
from tests.unit.triage.building import NOW

FOLDER = Path(services.__path__[0])


@dataclass(frozen=True)
class Service:
    name: str
    app: FastAPI
    uow: UnitOfWork
    port: int
    http: httpx.AsyncClient

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def rows(self) -> dict[str, int]:
        """How many each table has."""
        tables = [row["relname"] for row in await self.uow.pool.fetch("SELECT relname FROM pg_stat_user_tables")]
        return {table: await self.uow.pool.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}


class Server(uvicorn.Server):
    """Leaves signals to the test run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(found: Infrastructure, name: str, settings: dict[str, str]) -> AsyncIterator[Service]:
    async with temporary_database(found.admin_dsn) as dsn:
        app = composed(name, settings | {"dsn": dsn, "kafka": found.kafka})
        pool = await open_pool(dsn)
        app.state.uow = uow = UnitOfWork(pool, TestClock(start=NOW))
        app.state.health = []
        app.state.tail = Tail(uow, Health(name, "stream"), ())
        await migrate(pool, SHARED_SQL, migrations_of(name))
        if name == "capacity":
            async with uow.begin() as tx:
                await handlers.import_directory(tx, FOLDER / name / "data", uow.clock)
        async with served(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            yield Service(name, app, uow, port, http)
        await close_pool(pool)


@asynccontextmanager
async def served(app: FastAPI, *, force_exit: bool = True) -> AsyncIterator[int]:
    """The port at which the application is served as in production, but for what it does on start. It waits for nobody
    when it ends, unless `force_exit` is false."""
    server = Server(uvicorn.Config(app, port=0, lifespan="off", **SERVER))
    running = asyncio.create_task(server.serve())
    await wait_until(lambda: server.started, what="a listening server")
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit, server.force_exit = True, force_exit
    await running
