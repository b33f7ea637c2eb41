"""When nothing is on its way any more: the moment to look at what is left."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from contracts.topics import TOPICS
from deploy.demo.gather import all_partitions
from deploy.demo.waiting import DemoError, until
from deploy.local.env import SERVICES

PATIENCE = 30.0
UNSENT = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
DUE = {
    "triage": "SELECT count(*) FROM case_clock WHERE due_at <= now() AND fired_at IS NULL AND stopped_at IS NULL",
    "capacity": """
        SELECT (SELECT count(*) FROM offer WHERE expires_at <= now() AND state = 'offered')
             + (SELECT count(*) FROM stay WHERE arrival_due <= now() AND state = 'reserved' AND overdue_at IS NULL)
             + (SELECT count(*) FROM placement WHERE search_again_at <= now())
        """,
}


@dataclass(frozen=True)
class Traffic:
    """`moving` says what is still on its way; `ends` is how far each partition has come."""

    moving: tuple[str, ...]
    ends: Mapping[TopicPartition, int]


Watch = Callable[[], Awaitable[Traffic]]


async def settle(env: Mapping[str, str]) -> None:
    """Return when outboxes are empty, all is consumed and no clock is due, twice in a row with nothing new in between.
    Raises DemoError naming what is still moving."""
    async with watching(env) as watch:
        last = await watch()

        async def still() -> bool:
            nonlocal last
            before, last = last, await watch()
            return not last.moving and last == before

        try:
            await until(still, "liniște / quiet", PATIENCE)
        except DemoError as error:
            raise DemoError(f"{error} {'; '.join(last.moving)}") from None


@asynccontextmanager
async def watching(env: Mapping[str, str]) -> AsyncIterator[Watch]:
    async with AsyncExitStack() as opened:
        databases = {service: await asyncpg.connect(env[f"PUNTE_{service.upper()}_DSN"]) for service in SERVICES}
        for connection in databases.values():
            opened.push_async_callback(connection.close)
        admin = AIOKafkaAdminClient(bootstrap_servers=env["PUNTE_KAFKA"])
        consumer = AIOKafkaConsumer(bootstrap_servers=env["PUNTE_KAFKA"])
        await admin.start()
        opened.push_async_callback(admin.close)
        await consumer.start()
        opened.push_async_callback(consumer.stop)

        partitions = await all_partitions(env["PUNTE_KAFKA"])

        async def watch() -> Traffic:
            ends = await consumer.end_offsets(partitions)
            return Traffic((*await in_databases(databases), *await unread(admin, ends)), ends)

        yield watch


async def in_databases(databases: Mapping[str, Any]) -> list[str]:
    found = []
    for service, connection in databases.items():
        found.append((await connection.fetchval(UNSENT), f"nepublicate / unpublished: {service}"))
        if service in DUE:
            found.append((await connection.fetchval(DUE[service]), f"termene împlinite / clocks due: {service}"))
    return [f"{number} {what}" for number, what in found if number]


async def unread(admin: Any, ends: Mapping[TopicPartition, int]) -> list[str]:
    """Of every consumer group, how many records it has yet to read."""
    found = []
    for group in SERVICES:
        topics = {topic.name for topic in TOPICS if group in topic.consumers}
        read = {part: at.offset for part, at in (await admin.list_consumer_group_offsets(group)).items()}
        lag = sum(end - max(read.get(part, 0), 0) for part, end in ends.items() if part.topic in topics)
        found.extend([f"{lag} necitite / unread: {group}"] if lag else [])
    return found
