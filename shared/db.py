"""PostgreSQL: one pool per process, and the unit of work that every use case runs in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic_core import from_json, to_json

from shared.clock import Clock

if TYPE_CHECKING:
    Tx: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:  # asyncpg's classes are generic in their stubs alone
    Tx = asyncpg.Connection | PoolConnectionProxy
    Pool = asyncpg.Pool

MAX_CONNECTIONS = 8

TRANSIENT: tuple[type[Exception], ...] = (
    OSError,  # refused, reset, timed out
    asyncpg.InterfaceError,  # the connection was lost under us
    asyncpg.InternalClientError,  # the same, noticed in the middle of an exchange
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # the server shuts down or starts
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""Errors of the database's circumstances: the same work succeeds when tried again later."""


async def _set_codecs(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=lambda value: to_json(value).decode(), decoder=from_json
        )


async def _leave_as_it_is(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    """A transaction left open is rolled back by the pool itself."""


async def open_pool(dsn: str, *, size: int = MAX_CONNECTIONS, name: str = "") -> Pool:
    """A pool whose connections take and give Python objects for json and jsonb columns.

    A statement waits at most 10 s for a lock and a session at most 60 s inside an idle transaction. A connection goes
    back as it is, without asking the server to forget its settings, listeners and locks: nobody here leaves any.
    Whoever may be cancelled, as a request is when its client goes, works in a transaction, which asyncpg ends; a query
    on its own that is cancelled before it is sent whole leaves the server in the middle of it.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=min(size, MAX_CONNECTIONS),
        init=_set_codecs,
        reset=_leave_as_it_is,
        timeout=10,
        command_timeout=60,
        server_settings={
            "application_name": name,
            "lock_timeout": "10s",
            "idle_in_transaction_session_timeout": "60s",
            "timezone": "UTC",
        },
    )


async def close_pool(pool: Pool, *, within: float = 5.0) -> None:
    """Wait for borrowed connections at most `within` seconds, then cut them."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await pool.close()
    pool.terminate()


@dataclass
class UnitOfWork:
    """One per process. A use case runs inside `begin()`; nothing but `begin()` commits."""

    pool: Pool
    clock: Clock = field(default_factory=Clock)
    committed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the next commit, which puts another in its place: whoever waits takes it before he looks."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """A transaction (read committed): commits when the block ends, rolls back when it raises."""
        async with self.pool.acquire(timeout=10) as connection, connection.transaction():
            yield connection
        committed, self.committed = self.committed, asyncio.Event()
        committed.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that sees one moment and can write nothing; it wakes no relay."""
        async with (
            self.pool.acquire(timeout=10) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    @asynccontextmanager
    async def rehearse(self) -> AsyncIterator[Tx]:
        """The same, but rolled back in any case."""
        async with self.pool.acquire(timeout=10) as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            finally:
                await transaction.rollback()


@asynccontextmanager
async def session(pool: Pool) -> AsyncIterator[Tx]:
    """A connection that ends with the block, and with it what `try_session_lock` took."""
    async with pool.acquire() as connection:
        try:
            yield connection
        finally:
            connection.terminate()


async def try_session_lock(connection: Tx, name: str) -> bool:
    """Take the advisory lock of that name for as long as this connection lives."""
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name))
