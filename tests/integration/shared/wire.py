"""Records as any producer may send them, and topics as they are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.broker import Broker, TopicSpec
from shared.envelope import Envelope, EventModel
from shared.ids import uuid7

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True)
class Raw:
    """A record to send."""

    topic: str
    key: str
    value: bytes | None
    headers: Headers

    def but(self, name: str, value: bytes | None) -> Self:
        """With another value of that header."""
        return replace(self, headers=tuple((known, value if known == name else old) for known, old in self.headers))

    def without(self, name: str) -> Self:
        return replace(self, headers=tuple(header for header in self.headers if header[0] != name))

    def having(self, name: str, value: bytes | None) -> Self:
        """With one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def valued(self, value: bytes | None) -> Self:
        return replace(self, value=value)

    @property
    def id(self) -> str:
        return str(UUID((dict(self.headers)["ce_id"] or b"").decode()))


def raw(event: EventModel, key: str = "k", event_id: UUID | None = None) -> Raw:
    """A well-formed record of that event."""
    envelope = Envelope(event_id or uuid7(), event.ce_type, "/punte/lab", key, datetime.now(UTC), 1, "c-1", TRACE)
    headers = tuple((name, text.encode()) for name, text in envelope.headers())
    return Raw(event.topic, key, event.model_dump_json().encode(), headers)


async def send(broker: Broker, *records: Raw) -> None:
    """In this order, acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, enable_idempotence=True) as producer:
        sent = [
            await producer.send(broker.prefix + one.topic, one.value, one.key.encode(), headers=list(one.headers))
            for one in records
        ]
        await asyncio.gather(*sent)


async def read(broker: Broker, topic: TopicSpec) -> list[Any]:
    """All that the topic holds now, in order per partition."""
    partitions = [TopicPartition(broker.prefix + topic.name, number) for number in range(topic.partitions)]
    found: list[Any] = []
    async with _reader(broker, partitions) as consumer:
        ends = {place: end for place, end in (await consumer.end_offsets(partitions)).items() if end}
        while ends:
            for place, batch in (await consumer.getmany(*ends, timeout_ms=200)).items():
                found += batch
                if await consumer.position(place) >= ends[place]:
                    del ends[place]
    return found


@asynccontextmanager
async def _reader(broker: Broker, partitions: Sequence[TopicPartition]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign(partitions)
        yield consumer
    finally:
        await consumer.stop()


async def committed(broker: Broker, group: str) -> int:
    """How many records the group has behind it, over all partitions."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(broker.prefix + group)
    finally:
        await admin.close()
    return sum(max(0, place.offset) for place in offsets.values())
