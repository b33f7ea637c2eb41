"""Consumers that stood still while events piled up: how fast they make up for it, and what the intake feels."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count, takewhile
from time import perf_counter

import asyncpg
import httpx
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError

from contracts.topics import TOPICS
from deploy.local.env import SERVICES
from shared.broker import Broker
from shared.db import UnitOfWork, close_pool, open_pool
from shared.testing import wait_until
from tests.bench import arrivals, ways
from tests.bench.clients import Server, server
from tests.bench.figures import Row
from tests.bench.reporting import REPORT, percentile, post_steadily
from tests.bench.stack import Stack
from tests.integration.shared import lab, wire

EVENTS = 60_000
RATE = 20.0
CALM_SECONDS = 20.0
DRAINED_WITHIN = 400.0
ORDER = ("triage", "reports", "hotline", "capacity")
"""What triage makes of the reports is the others' backlog."""


@dataclass(frozen=True)
class Drain:
    service: str
    events: int
    seconds: float
    posts: list[float]
    """Milliseconds of each POST meanwhile."""


def measure(stack: Stack) -> Iterator[Row]:
    stack.up()
    calm, drains = uvloop.run(pile_up_and_drain(stack))
    before = percentile(calm, 99)
    yield f"intake at {RATE:g}/s, nothing else to do, p50, p99", f"{percentile(calm, 50):.1f}, {before:.1f} ms", ""
    for drain in drains:
        during = percentile(drain.posts, 99)
        yield f"backlog of {drain.service}", f"{drain.events:,} events, {drain.events / drain.seconds:,.0f}/s", ""
        yield "— intake meanwhile, p50, p99", f"{percentile(drain.posts, 50):.1f}, {during:.1f} ms", ""
        yield "— p99 against that without", f"{during / before:.2f} ×", "at most 1.2 ×"


async def pile_up_and_drain(stack: Stack) -> tuple[list[float], list[Drain]]:
    async with AsyncExitStack() as held:
        locks = {service: await held.enter_async_context(standing_still(stack, service)) for service in SERVICES}
        await asyncio.to_thread(stack.up, *SERVICES)
        await asyncio.gather(*(wait_until(lambda name=name: stands_by(stack, name), what=name) for name in SERVICES))
        await ways.free_places(stack)
        with server(stack.env["PUNTE_REPORTS_URL"]) as reports:
            calm = await posts_until(reports, asyncio.create_task(asyncio.sleep(CALM_SECONDS)))
            await pile_up(stack)
            return calm, [await drain(stack, service, locks[service], reports) for service in ORDER]


@asynccontextmanager
async def standing_still(stack: Stack, service: str) -> AsyncIterator[asyncpg.Connection]:
    """The service's consumer stands by until the connection closes, as if another process had its place; its intake and
    its relay work."""
    connection = await asyncpg.connect(stack.env[f"PUNTE_{service.upper()}_DSN"])
    await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", f"consumer {service} 0")
    try:
        yield connection
    finally:
        await connection.close()


async def stands_by(stack: Stack, service: str) -> bool:
    async with httpx.AsyncClient(base_url=stack.env[f"PUNTE_{service.upper()}_URL"], trust_env=False) as client:
        return (await client.get("/readyz")).json()["consumer"]["state"] == "standby"


async def pile_up(stack: Stack) -> None:
    """Reports of four kinds, kept and published as the intake does it, and relayed by its own relay."""
    pool = await open_pool(stack.env["PUNTE_REPORTS_DSN"], name="bench")
    uow = UnitOfWork(pool)
    for _ in range(0, EVENTS, arrivals.AT_ONCE):
        await arrivals.submit(uow)
    await lab.all_published(uow, within=120)
    await close_pool(pool)


async def drain(stack: Stack, service: str, lock: asyncpg.Connection, reports: Server) -> Drain:
    for name in SERVICES:
        await published(stack, name)
    broker = Broker(stack.kafka)
    target = await ends(stack, service)
    await lock.close()

    async def reaches(number: int) -> float:
        await wait_until(lambda: at_least(broker, service, number), timeout=DRAINED_WITHIN, what=service, every=0.2)
        return perf_counter()

    async def drained() -> float:
        started = await reaches(1)
        return await reaches(target) - started

    task = asyncio.create_task(drained())
    posts = await posts_until(reports, task)
    return Drain(service, target, await task, posts)


async def at_least(broker: Broker, service: str, number: int) -> bool:
    with suppress(GroupCoordinatorNotAvailableError):  # nobody has ever joined a group
        return await wire.committed(broker, service) >= number
    return False


async def published(stack: Stack, service: str) -> None:
    pool = await open_pool(stack.env[f"PUNTE_{service.upper()}_DSN"], size=1, name="bench")
    await lab.all_published(UnitOfWork(pool), within=120)
    await close_pool(pool)


async def ends(stack: Stack, service: str) -> int:
    """How many records lie on the topics that the service listens to."""
    topics = [topic for topic in TOPICS if service in topic.consumers]
    places = [TopicPartition(topic.name, number) for topic in topics for number in range(topic.partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=stack.kafka) as consumer:
        return sum((await consumer.end_offsets(places)).values())


async def posts_until(reports: Server, end: asyncio.Task[object]) -> list[float]:
    took: list[float] = []

    async def post() -> None:
        begun = perf_counter()
        await reports.post("/api/reports", REPORT)
        took.append(1000 * (perf_counter() - begun))

    await post_steadily(post, RATE, takewhile(lambda _: not end.done(), count()))
    return took
