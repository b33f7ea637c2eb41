"""Carries out what the plan says."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import asyncpg

from deploy.local.env import SERVICES
from deploy.local.errors import StackError
from shared.db import TRANSIENT
from shared.testing import wait_until
from tests.faults.plan import Strike
from tests.faults.world import World

Log = Callable[[str], None]
LATENCY = 0.05
CUT_AFTER = 20_000
BACK_WITHIN = 120.0
WAIT_FOR_WORK = 3.0
SOMEBODY_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"


@dataclass
class Striker:
    """Faults of different targets overlap; those of one target follow each other. `done` holds what was carried out."""

    world: World
    log: Log
    done: list[Strike] = field(default_factory=list)
    _busy: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def carry_out(self, strikes: Sequence[Strike]) -> None:
        begun = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for strike in strikes:
                await asyncio.sleep(max(0.0, strike.at - (time.monotonic() - begun)))
                tasks.create_task(self._in_turn(strike))

    async def _in_turn(self, strike: Strike) -> None:
        async with self._busy[strike.target]:
            self.log(str(strike))
            await self._strike(strike)
            self.done.append(strike)

    async def _strike(self, strike: Strike) -> None:
        match strike.kind:
            case "kill" if strike.target in SERVICES:
                await self._kill_service(strike)
            case "kill":
                await self._kill_server(strike)
            case "pause":
                with self.world.paused(strike.target):
                    await asyncio.sleep(strike.lasts)
            case "network":
                await self._disturb(strike)
            case "clock":
                self.world.set_clock(strike.target, strike.lasts)
                await asyncio.sleep(min(abs(strike.lasts), 10.0))
                self.world.set_clock(strike.target, 0)
            case "pool":
                await self._hold_table(strike)
            case "disk":
                await self._fill_disk(strike)

    async def _kill_service(self, strike: Strike) -> None:
        """It is started again by whoever keeps services up."""
        await self.world.runs(strike.target)
        self.world.down.add(strike.target)
        async with AsyncExitStack() as until_dead:
            if strike.detail:
                await self._catch_writing(strike, until_dead)
            await self.world.kill(strike.target)
        await asyncio.sleep(strike.lasts)
        self.world.down.remove(strike.target)

    async def _catch_writing(self, strike: Strike, until_dead: AsyncExitStack) -> None:
        """In the middle of a transaction that writes to that table; without one in time, or a database, as it is."""
        with suppress(*TRANSIENT, asyncpg.PostgresError, AssertionError):
            connection = await self.world.connect(strike.target)
            until_dead.callback(connection.terminate)
            await connection.execute(f"BEGIN; LOCK TABLE {strike.detail} IN SHARE MODE", timeout=WAIT_FOR_WORK)
            await wait_until(
                lambda: connection.fetchval(SOMEBODY_WAITS), WAIT_FOR_WORK, "somebody writing", every=0.005
            )

    async def _kill_server(self, strike: Strike) -> None:
        """Nobody tells the services: they have to find back by themselves."""
        await self.world.runs(strike.target)
        await self.world.kill(strike.target)
        await asyncio.sleep(strike.lasts)
        deadline = time.monotonic() + BACK_WITHIN
        while True:
            try:
                return await self.world.start_server(strike.target)
            except StackError:  # of a disk that is still full
                if time.monotonic() > deadline:
                    raise

    async def _disturb(self, strike: Strike) -> None:
        link = self.world.links[strike.target]
        match strike.detail:
            case "latency":
                link.latency = LATENCY
                await asyncio.sleep(strike.lasts)
                link.latency = 0.0
            case "reset":
                link.reset()
            case "stall":
                link.stall()
                await asyncio.sleep(strike.lasts)
                link.flow()
            case "cut":
                link.left = CUT_AFTER
            case "half-open":
                link.silence()
                await asyncio.sleep(strike.lasts)
                link.reset()

    async def _hold_table(self, strike: Strike) -> None:
        """Every connection of the service's pool ends up waiting for it."""
        with suppress(*TRANSIENT, asyncpg.PostgresError):
            connection = await self.world.connect(strike.target)
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {strike.detail} IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(strike.lasts)
            await connection.close()

    async def _fill_disk(self, strike: Strike) -> None:
        if self.world.disk:
            self.world.disk.fill()
            await asyncio.sleep(strike.lasts)
            self.world.disk.empty()
