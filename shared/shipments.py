"""Rows of the outbox on their way to the broker, in batches per partition: one by one they would take twice as long."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner
from asyncpg import Record
from pydantic_core import from_json

ACKNOWLEDGE_SECONDS = 10.0
"""The longest wait for acknowledgements: without a broker they would neither come nor fail."""
MAX_MESSAGE_BYTES = 3 * 1024 * 1024
"""A dead letter of 2 MB and its headers."""

Key: TypeAlias = tuple[str, str]
"""Topic and key."""
Partitions: TypeAlias = Mapping[str, tuple[int, ...]]
"""The partitions of each topic."""

_choose = DefaultPartitioner()


class Shipment:
    """Rows of one partition in their order."""

    def __init__(self, producer: AIOKafkaProducer, topic: str, partition: int) -> None:
        self.acknowledged: list[int] = []
        """Ids of the rows that the broker has, none of them behind one that it has not."""
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._batches: list[tuple[Any, list[int]]] = [(producer.create_batch(), [])]

    def add(self, row: Record) -> None:
        message = {
            "timestamp": None,
            "key": row["key"].encode(),
            "value": row["value"],
            "headers": [(name, text.encode()) for name, text in from_json(row["headers"])],
        }
        batch, ids = self._batches[-1]
        if batch.append(**message) is None:  # full; an empty one takes any
            batch, ids = self._producer.create_batch(), []
            batch.append(**message)
            self._batches.append((batch, ids))
        ids.append(row["id"])

    async def send(self) -> None:
        """A batch leaves when the one before is acknowledged. Raises KafkaError or TimeoutError."""
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            for batch, ids in self._batches:
                await (await self._producer.send_batch(batch, self._topic, partition=self._partition))
                self.acknowledged += ids


def pack(
    producer: AIOKafkaProducer, prefix: str, rows: Sequence[Record], partitions: Partitions
) -> tuple[list[Shipment], set[Key]]:
    """By partition, but for topics without any; behind a row that is too large, none of its key. Returns those keys
    too."""
    shipments: dict[tuple[str, int], Shipment] = {}
    oversized: set[Key] = set()
    for row in rows:
        topic, key = row["topic"], row["key"]
        if topic not in partitions or (topic, key) in oversized:
            continue
        if len(row["value"] or b"") > MAX_MESSAGE_BYTES:
            oversized.add((topic, key))
            continue
        place = topic, _partition(key, partitions[topic])
        if place not in shipments:
            shipments[place] = Shipment(producer, prefix + topic, place[1])
        shipments[place].add(row)
    return list(shipments.values()), oversized


@lru_cache(10_000)
def _partition(key: str, partitions: tuple[int, ...]) -> int:
    """As every Kafka client chooses it by default; remembered, since a key has several events in a short time."""
    return int(_choose(key.encode(), partitions, partitions))
