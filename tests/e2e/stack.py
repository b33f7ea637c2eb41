"""The four services as real processes, on databases and topics of their own, with a broker that can be cut off."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from asyncpg import Record

from deploy import topics
from deploy.local import env, keys, services
from deploy.local.env import SERVICES
from deploy.local.ports import port
from deploy.local.processes import Program, end
from shared.db import Pool, close_pool, open_pool
from shared.testing import temporary_database, wait_until
from tests.e2e.events import Event, read_topics
from tests.infrastructure import Infrastructure, free_base
from tests.proxy import BrokerProxy

TIME_SCALE = 600
"""U1's 30 minutes are 3 s, and the three working days of U4 at least 7 minutes."""
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


@dataclass(frozen=True)
class Stack:
    """`broker` is what the services see of Kafka, `kafka` the broker behind it."""

    state: Path
    env: Mapping[str, str]
    kafka: str
    broker: BrokerProxy
    pools: Mapping[str, Pool]
    http: Mapping[str, httpx.AsyncClient]

    async def start(self, *names: str) -> None:
        """Return when these are ready; what runs is left alone."""
        await asyncio.gather(*(services.start(self.state, name, self.env) for name in names))

    async def kill9(self, *names: str) -> None:
        """No handler runs, no connection is closed, no batch ends."""
        for name in names:
            assert self.program(name).send(signal.SIGKILL), f"{name} does not run"
        await wait_until(lambda: not any(self.program(name).process() for name in names), what="the end of the killed")

    async def restart(self, *names: str) -> None:
        """Killed and started again."""
        await self.kill9(*names)
        await self.start(*names)

    def program(self, name: str) -> Program:
        return Program(self.state, name)

    async def fetch(self, service: str, sql: str, *values: object) -> list[Record]:
        return await self.pools[service].fetch(sql, *values)

    async def value(self, service: str, sql: str, *values: object) -> int:
        """Of a query that counts."""
        return int(await self.pools[service].fetchval(sql, *values))

    async def unpublished(self, service: str) -> int:
        return await self.value(service, UNPUBLISHED)

    async def event_id(self, service: str, key: str) -> str:
        """Of the first event of that key."""
        rows = await self.fetch(service, "SELECT event_id FROM outbox WHERE key = $1 ORDER BY id LIMIT 1", key)
        return str(rows[0]["event_id"])

    async def handled(self, service: str, event_id: str) -> None:
        """Wait until the service has dealt with an event, even if it does nothing about it."""
        sql = "SELECT count(*) FROM inbox WHERE id = $1 AND state = 'handled'"
        await wait_until(lambda: self.value(service, sql, event_id), what=f"{service} hearing of {event_id}")

    async def events(self) -> list[Event]:
        """Everything that was ever published, once every outbox is empty."""
        for name in SERVICES:
            await wait_until(lambda name=name: self._published(name), what=f"the empty outbox of {name}")
        return await read_topics(self.kafka, self.env["PUNTE_TOPIC_PREFIX"])

    async def _published(self, service: str) -> bool:
        return await self.unpublished(service) == 0


@asynccontextmanager
async def running_stack(infrastructure: Infrastructure, state: Path, prefix: str) -> AsyncIterator[Stack]:
    """The processes end by kill -9 too: nothing of a test run is worth a graceful end."""
    await topics.create(infrastructure.kafka, prefix)
    base = free_base()
    broker = BrokerProxy(int(infrastructure.kafka.rpartition(":")[2]), port(base, "kafka"))
    async with AsyncExitStack() as resources:
        dsns = {
            name: await resources.enter_async_context(temporary_database(infrastructure.admin_dsn)) for name in SERVICES
        }
        await broker.connect()
        resources.push_async_callback(broker.cut)
        keys.signing_key(state)
        values = env.environment(state, base, settings(dsns, broker.address, prefix))
        stack = Stack(
            state,
            values,
            infrastructure.kafka,
            broker,
            {name: await opened_pool(resources, dsn) for name, dsn in dsns.items()},
            {name: await opened_client(resources, values[f"PUNTE_{name.upper()}_URL"]) for name in SERVICES},
        )
        resources.callback(end, [Program(state, name, signal.SIGKILL) for name in SERVICES])
        await stack.start(*SERVICES)
        yield stack


def settings(dsns: Mapping[str, str], kafka: str, prefix: str) -> dict[str, str]:
    return {
        **{f"PUNTE_{name.upper()}_DSN": dsn for name, dsn in dsns.items()},
        "PUNTE_KAFKA": kafka,
        "PUNTE_TOPIC_PREFIX": prefix,
        "PUNTE_TIME_SCALE": str(TIME_SCALE),
    }


async def opened_pool(resources: AsyncExitStack, dsn: str) -> Pool:
    pool = await open_pool(dsn, size=2, name="test")
    resources.push_async_callback(close_pool, pool)
    return pool


async def opened_client(resources: AsyncExitStack, url: str) -> httpx.AsyncClient:
    return await resources.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False, timeout=10))
