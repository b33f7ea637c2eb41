"""A relay that dies after any answer of PostgreSQL or Kafka loses nothing and marks nothing that Kafka has not."""

import json
from collections import defaultdict
from itertools import count
from pathlib import Path

import asyncpg

from shared.broker import Broker, create_topics
from shared.db import UnitOfWork, close_pool, open_pool
from shared.outbox import Outgoing
from shared.testing import temporary_database
from tests.faults.crash_points import child
from tests.faults.crash_points.acts import Relaying
from tests.faults.crash_points.conftest import Play
from tests.faults.crash_points.lane import Job
from tests.infrastructure import Infrastructure
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

KEYS, NUMBERS = 6, 5
NOTE = "x" * 60_000
"""So that they fill several batches."""


async def test_every_row_arrives_in_order_and_none_is_marked_too_soon(
    infrastructure: Infrastructure, templates: dict[str, str], topic_prefix: str, folder: Path, play: Play
) -> None:
    broker = Broker(infrastructure.kafka, topic_prefix)
    await create_topics(broker.bootstrap, [lab.COUNT], topic_prefix)
    async with temporary_database(infrastructure.admin_dsn, templates["reports"]) as dsn:
        await tell(dsn)
        for answer in count(1):
            code, _ = await play(Job(Relaying(broker), "reports", dsn, folder, answer))
            assert code in (child.DIED, 0)
            arrived = await numbers_by_key(broker)
            assert all(numbers == list(range(len(numbers))) for numbers in arrived.values())
            assert await marked(dsn) <= {(key, number) for key, numbers in arrived.items() for number in numbers}
            if code == 0:
                break
    assert {key: len(numbers) for key, numbers in arrived.items()} == {f"key-{key}": NUMBERS for key in range(KEYS)}
    assert answer > KEYS
    print(f"{answer} crash points")


async def tell(dsn: str) -> None:
    pool = await open_pool(dsn, size=1)
    events = [
        Outgoing(Counted(number=number, note=NOTE), f"key-{key}", number, "c-1", wire.TRACE)
        for number in range(NUMBERS)
        for key in range(KEYS)
    ]
    await lab.tell(UnitOfWork(pool), *events)
    await close_pool(pool)


async def numbers_by_key(broker: Broker) -> dict[str, list[int]]:
    """In the order in which each came first."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for record in await wire.read(broker, lab.COUNT):
        found[record.key.decode()][json.loads(record.value)["number"]] = None
    return {key: list(numbers) for key, numbers in found.items()}


async def marked(dsn: str) -> set[tuple[str, int]]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("SELECT key, sequence FROM outbox WHERE published_at IS NOT NULL")
    finally:
        await connection.close()
    return {(row["key"], row["sequence"]) for row in rows}
