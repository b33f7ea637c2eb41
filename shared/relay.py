"""Takes events from the outbox to the broker: one relay per database, in order per key, at least once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from asyncpg import Record

from shared.broker import Broker
from shared.db import Tx, UnitOfWork, session, try_session_lock
from shared.health import Health
from shared.shipments import ACKNOWLEDGE_SECONDS, pack
from shared.telemetry import PUBLISHED
from shared.waiting import wait_any

ROUND = 500
POLL_SECONDS = 1.0
"""How soon a row is seen whose commit did not wake this process."""
PACE_SECONDS = 0.01
"""The shortest time from one round to the next, in which rows gather that share its cost; the first goes at once."""
REQUEST_MS = 5_000
REFUSED_SECONDS = 5.0
"""How long a topic is left out that the broker does not know: each time it is asked for, all others wait REQUEST_MS."""
MAX_BATCH_BYTES = 256 * 1024


class Relay:
    """Reads and marks on the connection that holds the advisory lock: who loses the lock can mark nothing."""

    def __init__(self, uow: UnitOfWork, health: Health, broker: Broker) -> None:
        self.health = health
        self._uow = uow
        self._broker = broker
        self._refused: dict[str, float] = {}  # topics, until when

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop`. Raises when connection or producer are lost: unmarked rows are read again."""
        async with session(self._uow.pool) as connection:
            while not await try_session_lock(connection, "relay"):
                self.health.set("standby", "another process publishes")
                if await wait_any(POLL_SECONDS, stop):
                    return
            async with _producer(self._broker.bootstrap) as producer:
                await self._publish_until(stop, connection, producer)

    async def _publish_until(self, stop: asyncio.Event, connection: Tx, producer: AIOKafkaProducer) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            committed, begun = self._uow.committed, loop.time()
            if await self._publish_round(connection, producer) < ROUND:
                await wait_any(POLL_SECONDS, stop, committed)
                await wait_any(begun + PACE_SECONDS - loop.time(), stop)

    async def _publish_round(self, connection: Tx, producer: AIOKafkaProducer) -> int:
        """Returns how many rows were published. Raises the error for which some were not acknowledged."""
        rows = await self._unpublished(connection)
        partitions = await self._partitions(producer, {row["topic"] for row in rows})
        shipments, oversized = pack(producer, self._broker.prefix, rows, partitions)
        outcomes = await asyncio.gather(*(shipment.send() for shipment in shipments), return_exceptions=True)
        published = [number for shipment in shipments for number in shipment.acknowledged]
        if published:
            await connection.execute(
                "UPDATE outbox SET published_at = $2 WHERE id = ANY ($1)", published, self._uow.clock.now()
            )
            PUBLISHED.labels(self.health.service).inc(len(published))
        for error in filter(None, outcomes):
            raise error
        refused = sorted(self._refused.keys() | {topic for topic, _ in oversized})
        self.health.set(*(("degraded", f"refused: {', '.join(refused)}") if refused else ("ok",)))
        return len(published)

    async def _unpublished(self, connection: Tx) -> list[Record]:
        now = asyncio.get_running_loop().time()
        self._refused = {topic: until for topic, until in self._refused.items() if until > now}
        return await connection.fetch(
            "SELECT id, topic, key, headers::text, value FROM outbox"
            " WHERE published_at IS NULL AND topic <> ALL ($2) ORDER BY id LIMIT $1",
            ROUND,
            list(self._refused),
        )

    async def _partitions(self, producer: AIOKafkaProducer, topics: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Of the topics that the broker knows; the others are refused for a while."""
        known: dict[str, tuple[int, ...]] = {}
        for topic in topics:
            try:
                known[topic] = tuple(sorted(await producer.partitions_for(self._broker.prefix + topic)))
            except KafkaError:
                self._refused[topic] = asyncio.get_running_loop().time() + REFUSED_SECONDS
        return known


@asynccontextmanager
async def _producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    """Idempotent, so that a broker refuses what comes behind a lost batch."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=MAX_BATCH_BYTES,
        request_timeout_ms=REQUEST_MS,
    )
    try:
        async with asyncio.timeout(ACKNOWLEDGE_SECONDS):
            await producer.start()
        yield producer
    finally:
        await _abandon(producer)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Close without flushing: unmarked rows are sent again by the next producer, and `stop()` alone would wait for a
    lost broker for ever and deliver late."""
    producer._message_accumulator.fail_all(KafkaConnectionError("producer abandoned"))
    with suppress(Exception):
        async with asyncio.timeout(2):
            await producer.stop()
