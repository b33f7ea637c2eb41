"""One event is set aside by handlers with a mistake, and replayed with the real ones: without a broker."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.clock import Clock
from shared.consumer import Subscriptions
from shared.consumer.intake import Intake
from shared.consumer.messages import RawHeaders
from shared.consumer.replay import Replay, Result
from shared.consumer.set_aside import SetAside, set_aside
from shared.db import Tx, UnitOfWork
from shared.envelope import BadMessage, Received


@dataclass
class Came:
    """A record as it lay on its topic."""

    topic: str
    headers: RawHeaders
    value: bytes | None
    key: bytes | None = None
    partition: int = 0
    offset: int = 0


async def refused(uow: UnitOfWork, service: str, event: Received[Any]) -> SetAside:
    """What the service has set aside when its handlers refuse the event."""
    broken = Subscriptions()

    @broken.on(type(event.data))
    async def refuse(tx: Tx, events: Sequence[Received[Any]], clock: Clock) -> None:
        raise BadMessage("unknown colour")

    headers = [(name, text.encode()) for name, text in event.envelope.headers()]
    await Intake(uow, broken, service, "").take(
        [Came(event.data.topic, headers, event.data.model_dump_json().encode())]
    )
    [found] = await set_aside(uow.pool, service, [event.data.topic], {})
    return found


async def replayed(uow: UnitOfWork, service: str, subscriptions: Subscriptions, message: SetAside) -> Result:
    return await Replay(uow, service, subscriptions, asyncio.Event()).one(message)
