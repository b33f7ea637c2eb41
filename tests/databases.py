"""Databases of which every test has one of its own: copies of one that was made ready once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from shared.db import close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import create_database, drop_database, temporary_database

Fill = Callable[[str], Awaitable[None]]


def migrated(*folders: Path) -> Fill:
    """Make the tables of `shared`, and those of these folders."""

    async def fill(dsn: str) -> None:
        pool = await open_pool(dsn, size=1)
        await migrate(pool, SHARED_SQL, *folders)
        await close_pool(pool)

    return fill


class Copies:
    """While one is used, the next is made and the last dropped: half the time of a small test would go there."""

    def __init__(self, admin_dsn: str, template_dsn: str) -> None:
        self._admin_dsn = admin_dsn
        self._template = name_of(template_dsn)
        self._next = self._making()
        self._dropping: list[asyncio.Task[None]] = []

    def _making(self) -> asyncio.Task[str]:
        return asyncio.create_task(create_database(self._admin_dsn, self._template))

    def _drop(self, dsn: str) -> None:
        self._dropping.append(asyncio.create_task(drop_database(self._admin_dsn, dsn)))

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """Its DSN."""
        made, self._next = self._next, self._making()
        dsn = await made
        try:
            yield dsn
        finally:
            self._drop(dsn)

    async def close(self) -> None:
        self._drop(await self._next)
        await asyncio.gather(*self._dropping)


@asynccontextmanager
async def copies_of(admin_dsn: str, template_dsn: str) -> AsyncIterator[Copies]:
    """Of a database to which nobody is connected."""
    copies = Copies(admin_dsn, template_dsn)
    try:
        yield copies
    finally:
        await copies.close()


@asynccontextmanager
async def copies_of_new(admin_dsn: str, fill: Fill) -> AsyncIterator[Copies]:
    """Of a database that `fill` makes ready, given its DSN."""
    async with temporary_database(admin_dsn) as template_dsn:
        await fill(template_dsn)
        async with copies_of(admin_dsn, template_dsn) as copies:
            yield copies


def name_of(dsn: str) -> str:
    return dsn.rpartition("/")[2]
