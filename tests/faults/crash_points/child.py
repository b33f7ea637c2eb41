"""A process that dies right after an answer of its servers."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import asyncpg
from aiokafka import AIOKafkaProducer

from tests.faults.crash_points.acts import Act
from tests.faults.crash_points.stage import on_stage

DIED = 9

P = ParamSpec("P")
T = TypeVar("T")


def perform(act: Act, service: str, dsn: str, folder: Path, *, die_after: int, answers: memoryview) -> None:
    """Run the act. The first of `answers` counts what its servers answered."""

    def count() -> None:
        answers[0] += 1
        if answers[0] == die_after:
            os._exit(DIED)

    async def run() -> None:
        async with on_stage(service, dsn, folder) as stage:
            async with stage.uow.pool.acquire():
                pass  # the first connection asks questions of its own
            listen(count)
            await act.perform(stage)

    asyncio.run(run())


def listen(count: Callable[[], None]) -> None:
    """Call `count` when a server has answered, before the code that waits for it goes on: PostgreSQL each statement,
    Kafka each batch."""
    listen_to_postgres(count)
    listen_to_kafka(count)


def listen_to_kafka(count: Callable[[], None]) -> None:
    plain = AIOKafkaProducer.send_batch

    @wraps(plain)
    async def send_batch(*args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        acknowledged: asyncio.Future[Any] = await plain(*args, **kwargs)
        acknowledged.add_done_callback(lambda _: count())
        return acknowledged

    AIOKafkaProducer.send_batch = send_batch


def listen_to_postgres(count: Callable[[], None]) -> None:
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
