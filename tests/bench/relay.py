"""The relay alone: rows of an outbox that reach the broker and are marked, while nothing else works."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import uvloop

from shared.broker import Broker, TopicSpec, create_topics
from shared.db import UnitOfWork
from shared.outbox import Outgoing
from shared.testing import wait_until
from tests.bench.figures import Row
from tests.bench.stack import Stack
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

PREFIX = "relay."
TOPIC = TopicSpec(Counted.topic)
ROWS = 30_000
KEYS = 5_000
NOTE = "x" * 400
ROUNDS = 3
AT_ONCE = 500


def measure(stack: Stack) -> Iterator[Row]:
    stack.up()
    rates = uvloop.run(repeat(stack))
    yield "relay alone", f"{median(rates):,.0f} rows/s", "at least 15,000"


async def repeat(stack: Stack) -> list[float]:
    await create_topics(stack.kafka, [TOPIC], PREFIX)
    return [await publish(stack) for _ in range(ROUNDS)]


async def publish(stack: Stack) -> float:
    """Rows per second."""
    async with stack.database() as (_, pool):
        uow = UnitOfWork(pool)
        for first in range(0, ROWS, AT_ONCE):
            await lab.tell(uow, *(event(number) for number in range(first, first + AT_ONCE)))
        relay = lab.relay(uow, Broker(stack.kafka, PREFIX))
        begun = perf_counter()
        async with lab.running(relay):
            await wait_until(lambda: is_published(uow, ROWS), timeout=60, what="the last row published", every=0.01)
            seconds = perf_counter() - begun
        assert not await pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        return ROWS / seconds


def event(number: int) -> Outgoing:
    sequence, key = divmod(number, KEYS)
    return Outgoing(Counted(number=number, note=NOTE), f"key-{key:04}", sequence, "c-1", wire.TRACE)


async def is_published(uow: UnitOfWork, row: int) -> bool:
    return bool(await uow.pool.fetchval("SELECT published_at IS NOT NULL FROM outbox WHERE id = $1", row))
