"""One batch, one transaction; retried when the database is in trouble, taken apart when a message is."""

import asyncio
from collections.abc import Iterable, Sequence

from shared.consumer import inbox
from shared.consumer.dead_letters import bury
from shared.consumer.messages import Message, Record, read
from shared.consumer.patience import Postponed, deadline, patiently
from shared.consumer.subscriptions import Subscriptions
from shared.db import UnitOfWork
from shared.envelope import BadMessage
from shared.telemetry import BATCH_SECONDS, BATCHES, describe, log

BUGS_IN_A_ROW = 10


class HandlerBroken(Exception):
    """Ten messages in a row failed unexpectedly: that is our bug, not theirs."""


class Intake:
    """Handles batches of one process, one after the other. Setting an event of `hurry` cuts waits short."""

    def __init__(
        self, uow: UnitOfWork, subscriptions: Subscriptions, service: str, prefix: str, *hurry: asyncio.Event
    ) -> None:
        self._uow = uow
        self._subscriptions = subscriptions
        self._service = service
        self._prefix = prefix
        self._hurry = hurry
        self._bugs = 0

    async def take(self, records: Iterable[Record]) -> None:
        """Store a batch: effects, inbox and dead letters. Raises Postponed or HandlerBroken; repeating is harmless."""
        if not (messages := read(records, self._subscriptions, self._prefix)):
            return
        until = deadline()
        with BATCH_SECONDS.labels(self._service).time():
            try:
                await self._store_patiently(messages, until)
            except (Postponed, asyncio.CancelledError):
                BATCHES.labels(self._service, "postponed").inc()
                raise
            except Exception as error:
                log.warning("batch taken apart", size=len(messages), error=describe(error))
                BATCHES.labels(self._service, "taken apart").inc()
                await self._one_by_one(messages, until)
            else:
                BATCHES.labels(self._service, "stored").inc()

    async def _one_by_one(self, messages: Sequence[Message], until: float) -> None:
        for message in messages:
            try:
                await self._store_patiently([message], until)
            except Postponed:
                raise
            except BadMessage as bad:
                await self._store_patiently([message.bad(bad.reason)], until)
            except Exception as error:
                self._count_bug(error)
                await self._store_patiently([message.bad(f"handler failed: {describe(error)}")], until)

    def _count_bug(self, error: Exception) -> None:
        self._bugs += 1
        log.error("handler failed", in_a_row=self._bugs, exc_info=error)
        if self._bugs >= BUGS_IN_A_ROW:
            raise HandlerBroken from error

    async def _store_patiently(self, messages: Sequence[Message], until: float) -> None:
        await patiently(lambda: self._store(messages), until, *self._hurry)

    async def _store(self, messages: Sequence[Message]) -> None:
        clock = self._uow.clock
        async with self._uow.begin() as tx:
            new = await inbox.enter(tx, messages, clock.now())
            good = [message.received for message in new if message.received]
            await bury(tx, self._service, [message for message in new if not message.received], clock.now())
            await self._subscriptions.dispatch(tx, good, clock)
        if good:
            self._bugs = 0
