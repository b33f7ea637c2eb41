"""Clocks are columns; the sweeper acts on those that are due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.clock import Clock
from shared.db import TRANSIENT, Tx, UnitOfWork
from shared.health import Health
from shared.telemetry import SWEEPS, describe, log
from shared.waiting import wait_any

POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Sweep:
    """`due` reads ids without locking; `fire` is the ordinary use case for one of them: it locks in the usual order and
    looks at state and time again, since the world moved on."""

    name: str
    due: Callable[[Tx, datetime], Awaitable[Sequence[UUID]]]
    fire: Callable[[Tx, UUID, Clock], Awaitable[None]]


class Sweeper:
    """Runs sweeps. An id whose `fire` fails is tried again at the next round; the others go on."""

    def __init__(self, uow: UnitOfWork, health: Health, sweeps: Sequence[Sweep]) -> None:
        self.health = health
        self._uow = uow
        self._sweeps = sweeps

    async def run(self, stop: asyncio.Event) -> None:
        while not await wait_any(POLL_SECONDS, stop):
            await self.round()

    async def round(self) -> None:
        """Everything that is due now, once. A sweep that cannot tell what is due leaves the others their turn."""
        trouble = ""
        for sweep in self._sweeps:
            try:
                due = await self._due(sweep)
            except Exception as error:
                trouble = f"{sweep.name}: {describe(error)}"
            else:
                for due_id in due:
                    trouble = await self._fire(sweep, due_id) or trouble
        self.health.set(*(("degraded", trouble) if trouble else ("ok",)))

    async def _due(self, sweep: Sweep) -> Sequence[UUID]:
        async with self._uow.pool.acquire() as connection:
            return await sweep.due(connection, self._uow.clock.now())

    async def _fire(self, sweep: Sweep, due_id: UUID) -> str:
        """What went wrong. A database in trouble is a state, which is told once, and not a line for each clock."""
        outcome, trouble = "fired", ""
        try:
            async with self._uow.begin() as tx:
                await sweep.fire(tx, due_id, self._uow.clock)
        except Exception as error:
            outcome, trouble = "failed", f"{sweep.name}: {describe(error)}"
            if not isinstance(error, TRANSIENT):
                log.error("sweep failed", sweep=sweep.name, id=str(due_id), exc_info=error)
        SWEEPS.labels(self.health.service, sweep.name, outcome).inc()
        return trouble
