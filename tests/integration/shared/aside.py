"""What the lab has set aside, and what becomes of it."""

import asyncio

from shared.broker import Broker
from shared.consumer.compacted import read_compacted
from shared.consumer.letters import letters_of
from shared.consumer.replay import Replay, Result
from shared.consumer.set_aside import SetAside, set_aside
from shared.consumer.subscriptions import Subscriptions
from shared.db import UnitOfWork
from tests.integration.shared import lab, wire


async def found(uow: UnitOfWork, broker: Broker, *named: str) -> list[SetAside]:
    records = await read_compacted(broker, [lab.DEAD.name])
    return await set_aside(uow.pool, lab.SERVICE, [lab.COUNT.name], letters_of(records[lab.DEAD.name]), named)


async def refused(uow: UnitOfWork, broker: Broker, *records: wire.Raw, handler: lab.Handler) -> list[SetAside]:
    """Send records whose handler sets all of them aside; wait until their letters lie on the topic."""
    await wire.send(broker, *records)
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker, handler)):
        await lab.dies(uow, len(records), within=60)
        await lab.all_published(uow)
    return await found(uow, broker)


def replay(uow: UnitOfWork, handler: lab.Handler | Subscriptions = lab.remember, *, rehearsal: bool = False) -> Replay:
    subscriptions = handler if isinstance(handler, Subscriptions) else lab.listening(handler)
    return Replay(uow, lab.SERVICE, subscriptions, asyncio.Event(), rehearsal=rehearsal)


async def replayed(
    uow: UnitOfWork, messages: list[SetAside], handler: lab.Handler | Subscriptions = lab.remember
) -> list[Result]:
    again = replay(uow, handler)
    return [await again.one(message) for message in messages]


async def published(uow: UnitOfWork, broker: Broker) -> None:
    """Let the relay bring to the broker what the outbox holds."""
    async with lab.running(lab.relay(uow, broker)):
        await lab.all_published(uow)


async def everything(uow: UnitOfWork) -> dict[str, list[str]]:
    """Every row of the tables that a replay may touch."""
    tables = ("heard", "inbox", "outbox")
    return {table: [str(row) for row in await uow.pool.fetch(f"SELECT * FROM {table} ORDER BY 1")] for table in tables}
