"""What a service is asked to do, as a thing that can be sent to a process that will die of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from services.capacity.handlers import import_directory
from shared.broker import Broker
from shared.consumer import settling
from shared.consumer.intake import Intake
from shared.consumer.letters import RawHeaders
from shared.consumer.replay import Replay
from shared.consumer.set_aside import SetAside, set_aside
from shared.envelope import Received
from shared.health import Health
from shared.relay import Relay
from shared.sweeper import Sweeper
from shared.testing import wait_until
from tests.faults.crash_points.stage import Stage

UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
KEY = {"Idempotency-Key": "once-and-for-all"}


class Act(Protocol):
    async def perform(self, stage: Stage) -> None: ...


@dataclass(frozen=True)
class Request:
    """By somebody of that role; sent again it carries the same key."""

    method: str
    path: str
    body: Any = None
    role: str | None = None
    centers: Sequence[str] = ()

    async def perform(self, stage: Stage) -> None:
        async with stage.client(self.role, self.centers) as client:
            await client.request(self.method, self.path, json=self.body, headers=KEY)


@dataclass(frozen=True)
class Record:
    """As Kafka hands it over."""

    topic: str
    offset: int
    value: bytes | None
    headers: RawHeaders
    key: bytes = b"k"
    partition: int = 0


@dataclass(frozen=True)
class Hearing:
    """A batch of records."""

    records: Sequence[Record]

    @classmethod
    def of(cls, *events: Received[Any]) -> "Hearing":
        return cls([record(offset, event) for offset, event in enumerate(events)])

    async def perform(self, stage: Stage) -> None:
        await Intake(stage.uow, stage.subscriptions, stage.service, "").take(self.records)


def record(offset: int, event: Received[Any]) -> Record:
    headers = [(name, text.encode()) for name, text in event.envelope.headers()]
    return Record(event.data.topic, offset, event.data.model_dump_json().encode(), headers)


@dataclass(frozen=True)
class Sweeping:
    """A round of one sweep, so much later."""

    name: str
    later: timedelta

    async def perform(self, stage: Stage) -> None:
        stage.clock.advance(self.later)
        (sweep,) = (sweep for sweep in stage.sweeps if sweep.name == self.name)
        await Sweeper(stage.uow, Health(stage.service, "sweeper"), [sweep]).round()


class Importing:
    """The directory, as at every start."""

    async def perform(self, stage: Stage) -> None:
        async with stage.uow.begin() as tx:
            await import_directory(tx, stage.folder, stage.clock)


class Replaying:
    """Everything that was set aside, its handler mended."""

    async def perform(self, stage: Stage) -> None:
        replay = Replay(stage.uow, stage.service, stage.subscriptions, asyncio.Event())
        for message in await aside(stage):
            await replay.one(message)


class Deleting:
    """Everything that was set aside, by somebody's name."""

    async def perform(self, stage: Stage) -> None:
        for message in await aside(stage):
            await settling.delete(stage.uow, stage.service, message, "Ana Pop", "a test of ours")


@dataclass(frozen=True)
class Relaying:
    """Until the outbox is empty."""

    broker: Broker

    async def perform(self, stage: Stage) -> None:
        stop = asyncio.Event()
        relay = asyncio.create_task(Relay(stage.uow, Health(stage.service, "relay"), self.broker).run(stop))

        async def done() -> bool:
            return relay.done() or not await stage.uow.pool.fetchval(UNPUBLISHED)

        await wait_until(done, timeout=30, what="the empty outbox")
        stop.set()
        await relay


async def aside(stage: Stage) -> list[SetAside]:
    return await set_aside(stage.uow.pool, stage.service, stage.subscriptions.topics, {})
