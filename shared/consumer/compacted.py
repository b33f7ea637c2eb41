"""What compacted topics hold."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.broker import Broker

SILENCE_SECONDS = 30.0
"""The longest wait for anything at all: a slow broker is read, a silent one is given up."""
FETCH_BYTES = 4 * 1024 * 1024


class CouldNotRead(Exception):
    """What is there is not known; the message says why."""


async def read_compacted(broker: Broker, topics: Sequence[str]) -> dict[str, list[Any]]:
    """The last record of each key of these topics of one partition each, without tombstones. Raises CouldNotRead."""
    places = {topic: TopicPartition(broker.prefix + topic, 0) for topic in topics}
    try:
        async with _consumer(broker) as consumer, asyncio.timeout(SILENCE_SECONDS) as silence:
            if missing := {place.topic for place in places.values()} - await consumer.topics():
                raise CouldNotRead(f"the broker has no {', '.join(sorted(missing))}")
            _begin_anew(silence)
            consumer.assign(list(places.values()))
            ends = await consumer.end_offsets(list(places.values()))
            _begin_anew(silence)
            return {topic: await _state(consumer, place, ends[place], silence) for topic, place in places.items()}
    except TimeoutError:
        raise CouldNotRead(f"no answer within {SILENCE_SECONDS:.0f} s") from None
    except (KafkaError, OSError, UnicodeDecodeError) as error:  # the last: a header's name that is no text
        raise CouldNotRead(type(error).__name__) from None


@asynccontextmanager
async def _consumer(broker: Broker) -> AsyncIterator[AIOKafkaConsumer]:
    """Of no group, so that nobody notices."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            await consumer.start()
        yield consumer
    finally:
        with suppress(Exception):
            async with asyncio.timeout(1):
                await consumer.stop()


async def _state(consumer: AIOKafkaConsumer, place: TopicPartition, end: int, silence: asyncio.Timeout) -> list[Any]:
    last: dict[bytes | None, Any] = {}
    while await consumer.position(place) < end:
        for record in (await consumer.getmany(place, timeout_ms=200)).get(place, ()):
            last[record.key] = record
            _begin_anew(silence)
    return [record for record in last.values() if record.value is not None]


def _begin_anew(silence: asyncio.Timeout) -> None:
    silence.reschedule(asyncio.get_running_loop().time() + SILENCE_SECONDS)
