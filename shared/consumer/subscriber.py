"""The consumer of a process, as a supervised task."""

import asyncio

from shared.broker import Broker
from shared.consumer.intake import Intake
from shared.consumer.member import Member, Membership
from shared.consumer.subscriptions import Subscriptions
from shared.db import UnitOfWork, session, try_session_lock
from shared.health import Health
from shared.waiting import wait_any

WATCH_SECONDS = 2.0


class ConsumerLost(Exception):
    """The membership is in doubt: join anew."""


class Consumer:
    """Consumes as one static member of the service's group. Of two processes with one instance the second stands by:
    both would consume while their commits fail."""

    def __init__(
        self,
        uow: UnitOfWork,
        health: Health,
        broker: Broker,
        subscriptions: Subscriptions,
        *,
        instance: str = "0",
        batch_size: int = 200,
    ) -> None:
        self.health = health
        self._uow = uow
        self._subscriptions = subscriptions
        self._prefix = broker.prefix
        self._membership = Membership(
            bootstrap=broker.bootstrap,
            service=health.service,
            group=broker.prefix + health.service,
            instance=instance,
            topics=[broker.prefix + topic for topic in subscriptions.topics],
            batch_size=batch_size,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`, or until the handlers prove broken. Raises when broker or database are lost."""
        lock = f"consumer {self._membership.group} {self._membership.instance}"
        async with session(self._uow.pool) as connection:
            while not await try_session_lock(connection, lock):
                self.health.set("standby", f"another process is instance {self._membership.instance}")
                if await wait_any(WATCH_SECONDS, stop):
                    return
            revoking = asyncio.Event()
            intake = Intake(self._uow, self._subscriptions, self.health.service, self._prefix, stop, revoking)
            async with Member(self._membership, intake, revoking) as member:
                self.health.set("ok")
                while not await wait_any(WATCH_SECONDS, stop, member.broken, member.lost):
                    await connection.execute("SELECT 1")  # the lock lives as long as this connection
                    await member.note_lag()
        if member.broken.is_set():
            self.health.set("stopped", "too many messages in a row failed: a bug of ours")
        elif member.lost.is_set() and not stop.is_set():  # leaving ends its loop too
            raise ConsumerLost
