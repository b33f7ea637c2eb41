"""A service without any domain: what the tests of `shared` put in, and where they look."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from pydantic import BaseModel

from shared.broker import Broker, TopicSpec
from shared.clock import Clock
from shared.consumer import Consumer, Subscriptions
from shared.db import Tx, UnitOfWork
from shared.envelope import Envelope, EventModel, Received
from shared.health import Health
from shared.ids import uuid7
from shared.outbox import Outgoing, publish
from shared.relay import Relay
from shared.supervisor import Background, Task
from shared.testing import wait_until
from tests.integration.shared.models import Counted

SERVICE = "lab"
DEAD = f"{Counted.topic}.{SERVICE}.dlq"
TOPICS = [
    TopicSpec(Counted.topic, 4),
    TopicSpec("lab.double", 4),
    TopicSpec(DEAD, 1, {"cleanup.policy": "compact", "max.message.bytes": str(2 * 1024 * 1024)}),
]
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HEARD = "CREATE TABLE heard (position bigint GENERATED ALWAYS AS IDENTITY, key text, number integer)"


@dataclass(frozen=True)
class Raw:
    """A record as any producer may send it."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    key: str = "k"
    topic: str = Counted.topic


def raw(event: EventModel, key: str = "k", event_id: UUID | None = None) -> Raw:
    """A well-formed record of that event."""
    now = datetime.now(UTC)
    envelope = Envelope(event_id or uuid7(), event.ce_type, "/punte/lab", key, now, 1, "c-1", TRACE)
    headers = [(name, text.encode()) for name, text in envelope.headers()]
    return Raw(event.model_dump_json().encode(), headers, key, event.topic)


def with_headers(record: Raw, **changed: bytes | None) -> list[tuple[str, bytes | None]]:
    """The record's headers, some of them with another value."""
    return [(name, changed.get(name, value)) for name, value in record.headers]


def without_header(record: Raw, name: str) -> list[tuple[str, bytes | None]]:
    return [(other, value) for other, value in record.headers if other != name]


async def produce(broker: Broker, records: Sequence[Raw]) -> None:
    """In this order, acknowledged."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True, linger_ms=0)
    await producer.start()
    try:
        sent = [
            await producer.send(
                broker.prefix + record.topic, record.value, record.key.encode(), headers=list(record.headers)
            )
            for record in records
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def records(broker: Broker, topic: str) -> list[Any]:
    """All that the topic (unprefixed) holds now, in order per partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        name = broker.prefix + topic
        spec = next(spec for spec in TOPICS if spec.name == topic)
        partitions = [TopicPartition(name, number) for number in range(spec.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        found: list[Any] = []
        for partition, end in (await consumer.end_offsets(partitions)).items():
            while await consumer.position(partition) < end:
                found += await consumer.getmany(partition, timeout_ms=1000).__await__and_flatten() if False else []
        return found
    finally:
        await consumer.stop()
