"""A process that dies right after one of its statements."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import asyncpg

from tests.faults.crash_points.acts import Act
from tests.faults.crash_points.stage import on_stage

DIED = 9

P = ParamSpec("P")
T = TypeVar("T")


def perform(act: Act, service: str, dsn: str, folder: Path, *, die_after: int, statements: memoryview) -> None:
    """Run the act. The first of `statements` counts them."""

    def count() -> None:
        statements[0] += 1
        if statements[0] == die_after:
            os._exit(DIED)

    async def run() -> None:
        async with on_stage(service, dsn, folder) as stage:
            async with stage.uow.pool.acquire():
                pass  # the first connection asks questions of its own
            listen(count)
            await act.perform(stage)

    asyncio.run(run())


def listen(count: Callable[[], None]) -> None:
    """Call `count` when the server has answered a statement, before the code that sent it goes on."""
    connection: Any = asyncpg.Connection
    plain = connection.execute

    def counted(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @wraps(method)
        async def then_count(*args: P.args, **kwargs: P.kwargs) -> T:
            result = await method(*args, **kwargs)
            count()
            return result

        return then_count

    @wraps(plain)
    async def execute(self: Any, query: str, *args: object, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """With arguments it is `_execute` that speaks to the server."""
        return await (plain if args else counted(plain))(self, query, *args, timeout=timeout)

    connection.execute = execute
    connection._execute = counted(connection._execute)
    connection._executemany = counted(connection._executemany)
