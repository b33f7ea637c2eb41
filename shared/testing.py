"""What tests of services share: conditions to wait for, a clock to turn, databases of their own."""

import asyncio
import inspect
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar, overload
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.auth import routes_naming_nobody
from shared.clock import Clock

__all__ = [
    "TestClock",
    "create_database",
    "drop_database",
    "routes_naming_nobody",
    "temporary_database",
    "wait_until",
]

T = TypeVar("T")


@overload
async def wait_until(
    probe: Callable[[], Awaitable[T]],
    timeout: float = ...,  # noqa: ASYNC109
    what: str = ...,
    every: float = ...,
) -> T: ...
@overload
async def wait_until(
    probe: Callable[[], T],
    timeout: float = ...,  # noqa: ASYNC109
    what: str = ...,
    every: float = ...,
) -> T: ...
async def wait_until(
    probe: Callable[[], Any],
    timeout: float = 15.0,  # noqa: ASYNC109 # it bounds the polling, it cancels nothing
    what: str = "the condition",
    every: float = 0.02,
) -> Any:
    """The probe's first truthy result. Raises AssertionError when there is none within `timeout` seconds."""
    deadline = asyncio.get_running_loop().time() + timeout
    while True:
        result = probe()
        value = await result if inspect.isawaitable(result) else result
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"{what}: not within {timeout} s, last seen {value!r}"
        await asyncio.sleep(every)


@dataclass(frozen=True)
class TestClock(Clock):
    """Stands still until it is advanced."""

    __test__: ClassVar[bool] = False

    start: datetime = datetime(2025, 1, 15, 10, tzinfo=UTC)
    _passed: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.start + sum(self._passed, timedelta())

    def advance(self, by: timedelta) -> None:
        self._passed.append(by)


@asynccontextmanager
async def temporary_database(admin_dsn: str, template: str = "template0") -> AsyncIterator[str]:
    """The DSN of a new database, dropped afterwards even if connections are left."""
    dsn = await create_database(admin_dsn, template)
    try:
        yield dsn
    finally:
        await drop_database(admin_dsn, dsn)


async def create_database(admin_dsn: str, template: str) -> str:
    """The DSN of a copy of `template`, to which nobody may be connected."""
    name = f"test_{secrets.token_hex(8)}"
    await _execute(admin_dsn, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(admin_dsn)._replace(path=f"/{name}"))


async def drop_database(admin_dsn: str, dsn: str) -> None:
    """Even if connections to it are left."""
    await _execute(admin_dsn, f'DROP DATABASE IF EXISTS "{urlsplit(dsn).path[1:]}" WITH (FORCE)')


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
