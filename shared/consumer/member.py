"""One membership of the consumer group: FastStream between the broker and the intake."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.consumer.intake import HandlerBroken, Intake
from shared.consumer.patience import Postponed
from shared.telemetry import LAG, describe, log

JOIN_SECONDS = 60.0
GRACE_SECONDS = 8.0
"""How long a batch in flight may take to end when the process does."""
LEAVE_SECONDS = GRACE_SECONDS + 4.0
REBALANCE_MS = 30_000
LAG_SECONDS = 1.0
"""The longest that looking for what is committed may take: without a broker it would take for ever."""


@dataclass(frozen=True)
class Membership:
    """Who consumes what. Topics carry the prefix."""

    bootstrap: str
    service: str
    group: str
    instance: str
    topics: Sequence[str]
    batch_size: int


class Member:
    """Consumes while it is entered. `lost` and `broken` say that, and why, it should be left."""

    def __init__(self, membership: Membership, intake: Intake, revoking: asyncio.Event) -> None:
        self.lost = asyncio.Event()
        self.broken = asyncio.Event()
        self._service = membership.service
        self._intake = intake
        self._in_flight = asyncio.Lock()
        self._done: dict[TopicPartition, int] = {}
        self._broker = KafkaBroker(
            membership.bootstrap,
            consumer_only=True,
            allow_auto_create_topics=False,
            apply_types=False,
            graceful_timeout=GRACE_SECONDS,
            logger=_Alarm(self.lost),
        )
        self._subscriber = self._broker.subscriber(
            *membership.topics,
            batch=True,
            max_records=membership.batch_size,
            ack_policy=AckPolicy.MANUAL,
            group_id=membership.group,
            group_instance_id=f"{membership.group}-{membership.instance}",
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            rebalance_timeout_ms=REBALANCE_MS,
            listener=_Listener(self._in_flight, revoking),
        )
        self._subscriber(parser=self._parse, decoder=_whole)(self._handle)

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await self._broker.start()
        except BaseException:
            await self._leave()
            raise
        for loop in self._subscriber.tasks:
            # A loop that failed is started again behind the records that it had fetched and dropped.
            loop.add_done_callback(lambda _: self.lost.set())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leave()

    async def _leave(self) -> None:
        """The batch in flight commits or rolls back, then the consumer closes; bounded, as the broker may be gone."""
        with suppress(Exception):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._broker.stop()

    async def _parse(self, raw: tuple[Any, ...]) -> KafkaAckableMessage:
        """Reads nothing: a parser that raised would lose the whole batch."""
        place = f"{raw[0].topic}-{raw[0].partition}-{raw[0].offset}"
        return KafkaAckableMessage(body=b"", raw_message=raw, consumer=self._subscriber.consumer, message_id=place)

    async def _handle(self, message: KafkaAckableMessage) -> None:
        """Offsets follow the transaction. What is not stored is rewound, never raised: that would skip it."""
        async with self._in_flight:
            if await self._stored(message.raw_message):
                await self._commit(message.raw_message)
            else:
                await message.nack()

    async def _stored(self, records: tuple[Any, ...]) -> bool:
        if self.broken.is_set() or self.lost.is_set():
            return False
        try:
            await self._intake.take(records)
        except Postponed:
            return False
        except HandlerBroken:
            self.broken.set()
            return False
        except Exception as error:
            log.error("batch could not be stored", error=describe(error))
            self.lost.set()
            return False
        return True

    async def _commit(self, records: tuple[Any, ...]) -> None:
        """Where these end: `ack` would write the offsets of all partitions, each time."""
        consumer: Any = self._subscriber.consumer
        done = {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
        with suppress(KafkaError):  # of a revoked partition; it comes again and the inbox knows it
            await consumer.commit(done)
            self._done |= done

    async def note_lag(self) -> None:
        """How far what is committed lies behind the end, for each partition that is read here; without a broker as far
        as that is known."""
        consumer: Any = self._subscriber.consumer
        with suppress(TimeoutError):
            async with asyncio.timeout(LAG_SECONDS):
                for partition in consumer.assignment():
                    if partition not in self._done:
                        self._done[partition] = await consumer.committed(partition) or 0
                    behind = max(0, (consumer.highwater(partition) or 0) - self._done[partition])
                    LAG.labels(self._service, partition.topic, partition.partition).set(behind)


async def _whole(message: KafkaAckableMessage) -> KafkaAckableMessage:
    return message


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """In-flight work ends before partitions go."""

    def __init__(self, in_flight: asyncio.Lock, revoking: asyncio.Event) -> None:
        self._in_flight = in_flight
        self._revoking = revoking

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._revoking.set()
        async with self._in_flight:
            self._revoking.clear()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions assigned", count=len(assigned))


class _Alarm:
    """FastStream's logger: it survives errors of the client and only logs them, we rather join anew."""

    def __init__(self, lost: asyncio.Event) -> None:
        self._lost = lost

    def log(self, level: int, msg: Any, /, *, exc_info: Any = None, extra: Any = None) -> None:
        if level >= logging.ERROR:
            log.warning("consumer lost", error=describe(exc_info) if isinstance(exc_info, BaseException) else "")
            self._lost.set()
