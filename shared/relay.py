"""Takes events from the outbox to the broker: one relay per database, in order per key, at least once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError
from asyncpg import Record

from shared.broker import Broker
from shared.db import Tx, UnitOfWork, session, try_session_lock
from shared.health import Health
from shared.telemetry import PUBLISHED
from shared.waiting import wait_any

ROUND = 500
POLL_SECONDS = 1.0
"""How soon a row is seen whose commit did not wake this process."""
ACKNOWLEDGE_SECONDS = 10.0
"""The longest wait for acknowledgements: without a broker they would neither come nor fail."""
REQUEST_MS = 5_000
REFUSED_SECONDS = 5.0
"""How long a topic is left out that the broker does not know: each time it is asked for, all others wait REQUEST_MS."""
MAX_BATCH_BYTES = 256 * 1024
MAX_MESSAGE_BYTES = 3 * 1024 * 1024
"""A dead letter of 2 MB and its headers."""

Key: TypeAlias = tuple[str, str]
"""Topic and key."""
Sent: TypeAlias = "tuple[Record, asyncio.Future[object]]"


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
        while not stop.is_set():
            self._uow.committed.clear()
            if await self._publish_round(connection, producer) < ROUND:
                await wait_any(POLL_SECONDS, stop, self._uow.committed)

    async def _publish_round(self, connection: Tx, producer: AIOKafkaProducer) -> int:
        """Returns how many rows were published. Raises KafkaError when some were not acknowledged."""
        rows = await self._unpublished(connection)
        sent, oversized = await self._send(producer, rows)
        if sent:
            await asyncio.wait([future for _, future in sent], timeout=ACKNOWLEDGE_SECONDS)
        published = _acknowledged(sent)
        if published:
            await connection.execute(
                "UPDATE outbox SET published_at = $2 WHERE id = ANY ($1)", published, self._uow.clock.now()
            )
            PUBLISHED.labels(self.health.service).inc(len(published))
        if len(published) < len(sent):
            raise _give_up(sent)
        refused = sorted(self._refused.keys() | {topic for topic, _ in oversized})
        self.health.set(*(("degraded", f"refused: {', '.join(refused)}") if refused else ("ok",)))
        return len(published)

    async def _unpublished(self, connection: Tx) -> list[Record]:
        now = asyncio.get_running_loop().time()
        self._refused = {topic: until for topic, until in self._refused.items() if until > now}
        return await connection.fetch(
            "SELECT id, topic, key, headers, value FROM outbox"
            " WHERE published_at IS NULL AND topic <> ALL ($2) ORDER BY id LIMIT $1",
            ROUND,
            list(self._refused),
        )

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Record]) -> tuple[list[Sent], set[Key]]:
        """Hand rows to the producer; behind one that is too large, none of its key. Returns those keys too."""
        sent: list[Sent] = []
        oversized: set[Key] = set()
        for row in rows:
            key = (row["topic"], row["key"])
            if row["topic"] in self._refused or key in oversized:
                continue
            try:
                sent.append((row, await producer.send(**self._message(row))))
            except MessageSizeTooLargeError:
                oversized.add(key)
            except KafkaError:
                self._refused[row["topic"]] = asyncio.get_running_loop().time() + REFUSED_SECONDS
        return sent, oversized

    def _message(self, row: Record) -> dict[str, object]:
        return {
            "topic": self._broker.prefix + row["topic"],
            "key": row["key"].encode(),
            "value": row["value"],
            "headers": [(name, text.encode()) for name, text in row["headers"]],
        }


def _acknowledged(sent: Sequence[Sent]) -> list[int]:
    """Ids of the rows that the broker has, none of them behind a row of its key that it has not."""
    published: list[int] = []
    failed: set[Key] = set()
    for row, future in sent:
        key = (row["topic"], row["key"])
        if key not in failed and future.done() and future.exception() is None:
            published.append(row["id"])
        else:
            failed.add(key)
    return published


def _give_up(sent: Sequence[Sent]) -> BaseException:
    """The first error among the futures; those still open are cancelled."""
    for _, future in sent:
        future.cancel()
    errors = [future.exception() for _, future in sent if not future.cancelled()]
    return next((error for error in errors if error is not None), KafkaConnectionError("no acknowledgement"))


@asynccontextmanager
async def _producer(bootstrap: str) -> AsyncIterator[AIOKafkaProducer]:
    """Idempotent, so that a broker refuses what comes behind a lost batch."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=MAX_BATCH_BYTES,
        max_request_size=MAX_MESSAGE_BYTES,
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
