"""A service without any domain: it hears numbers and tells their doubles."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from shared.broker import Broker, TopicSpec
from shared.clock import Clock
from shared.consumer import Consumer, Subscriptions
from shared.db import Tx, UnitOfWork
from shared.envelope import Received
from shared.health import Health
from shared.outbox import Outgoing, publish
from shared.relay import Relay
from shared.supervisor import Background, Task
from shared.testing import wait_until
from tests.integration.shared.models import Counted, Doubled
from tests.integration.shared.wire import TRACE

SERVICE = "lab"
COUNT = TopicSpec(Counted.topic, 4)
DOUBLE = TopicSpec(Doubled.topic, 4)
DEAD = TopicSpec("lab.count.lab.dlq", 1, {"cleanup.policy": "compact", "max.message.bytes": str(2 * 1024 * 1024)})

HEARD = "CREATE TABLE heard (position bigint GENERATED ALWAYS AS IDENTITY, key text, number integer)"
Handler = Callable[[Tx, Sequence[Received[Counted]], Clock], Awaitable[None]]


async def remember(tx: Tx, events: Sequence[Received[Counted]], _: Clock) -> None:
    """The handler of most tests."""
    await tx.executemany(
        "INSERT INTO heard (key, number) VALUES ($1, $2)",
        [(event.envelope.subject, event.data.number) for event in events],
    )


async def double(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
    """Tells what it made of what it heard, in the trace of what it heard."""
    told = [
        Outgoing(
            Doubled(number=event.data.number * 2),
            event.envelope.subject,
            event.envelope.sequence,
            event.envelope.correlation_id,
            event.envelope.traceparent,
        )
        for event in events
    ]
    await publish(tx, told, clock.now())


def listening(handler: Handler = remember) -> Subscriptions:
    """To counted numbers alone."""
    subscriptions = Subscriptions()
    subscriptions.on(Counted)(handler)
    return subscriptions


def consumer(
    uow: UnitOfWork, broker: Broker, handler: Handler = remember, *, instance: str = "0", batch_size: int = 200
) -> Consumer:
    health = Health(SERVICE, "consumer")
    return Consumer(uow, health, broker, listening(handler), instance=instance, batch_size=batch_size)


def relay(uow: UnitOfWork, broker: Broker) -> Relay:
    return Relay(uow, Health(SERVICE, "relay"), broker)


@asynccontextmanager
async def running(*tasks: Task) -> AsyncIterator[None]:
    """Supervised, as in a service."""
    background = Background(tasks)
    try:
        yield
    finally:
        await background.end(within=15)


def counted(number: int, key: str = "k") -> Outgoing:
    """To be published; a key's numbers are its sequence."""
    return Outgoing(Counted(number=number), key, number, f"story-{number}", TRACE)


async def tell(uow: UnitOfWork, *events: Outgoing) -> None:
    """Publish in one transaction."""
    async with uow.begin() as tx:
        await publish(tx, events, uow.clock.now())


async def all_published(uow: UnitOfWork, within: float = 20.0) -> None:
    async def none_waits() -> bool:
        return not await uow.pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")

    await wait_until(none_waits, timeout=within, what="the empty outbox")


async def heard(uow: UnitOfWork) -> list[int]:
    return [row["number"] for row in await uow.pool.fetch("SELECT number FROM heard ORDER BY position")]


async def heard_per_key(uow: UnitOfWork) -> dict[str, list[int]]:
    """The numbers of each key in the order in which they had their effect."""
    rows = await uow.pool.fetch("SELECT key, array_agg(number ORDER BY position) AS numbers FROM heard GROUP BY key")
    return {row["key"]: row["numbers"] for row in rows}


async def hears(uow: UnitOfWork, count: int, within: float = 20.0) -> None:
    """Wait until that many numbers had their effect."""

    async def enough() -> bool:
        return len(await heard(uow)) >= count

    await wait_until(enough, timeout=within, what=f"{count} numbers heard")


async def dead(uow: UnitOfWork) -> dict[str, str]:
    """Why which message was set aside."""
    rows = await uow.pool.fetch("SELECT id, reason FROM inbox WHERE state = 'dead'")
    return {row["id"]: row["reason"] for row in rows}


async def dies(uow: UnitOfWork, count: int, within: float = 15.0) -> dict[str, str]:
    """Wait until that many messages are set aside."""

    async def enough() -> bool:
        return len(await dead(uow)) >= count

    await wait_until(enough, timeout=within, what=f"{count} dead letters")
    return await dead(uow)
