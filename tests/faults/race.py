"""`python -m tests.faults.race [--rounds 10000]`: sixty-four clients want the last place of a service.

One holds it, the others wait. A round is one holder: his answer and his arrival race against somebody who says the
opposite, or against the clock, until the place goes to the next.
"""

import argparse
import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import services.capacity
from contracts.vocabulary import DeclineReason, StayEndReason
from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.domain.errors import OfferGone, WrongStayState
from shared.clock import Clock
from shared.db import Tx, UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import temporary_database
from tests.infrastructure import Infrastructure, infrastructure
from tests.integration.capacity.playing import ask, fill_up, follow, wanted
from tests.unit.capacity.world import ANA

CAPACITY = Path(services.capacity.__file__).parent
ROW = "S2-15"
CLIENTS, PROCESSES = 64, 4
"""Each process of the service has eight connections."""
SCALE = 5_000_000.0
"""A center may think for a twentieth of a second."""
THOUGHT = 0.07
LOOK_EVERY = 0.005
LIVE = "SELECT case_id, id FROM offer WHERE state = 'offered'"
STAY = "SELECT id FROM stay WHERE case_id = $1 AND state = $2"
TWO_HOLDERS = "SELECT place_id FROM stay WHERE state <> 'ended' GROUP BY place_id HAVING count(*) > 1"
OVERLAPPING = """
SELECT one.id FROM stay AS one JOIN stay AS other USING (place_id)
WHERE one.id < other.id AND tstzrange(one.began_at, one.ended_at) && tstzrange(other.began_at, other.ended_at)
"""
FORGOTTEN = "SELECT waiting.case_id FROM place JOIN waiting USING (unit_id) WHERE free_since IS NOT NULL"


Act = Callable[[Tx, UUID, Clock], Awaitable[None]]


@dataclass
class Race:
    """`processes` of capacity work on one database. `outcomes`: what came of the offers and stays."""

    processes: Sequence[UnitOfWork]
    rounds: int
    outcomes: Counter[str] = field(default_factory=Counter)
    held: int = 0
    _turns: dict[UUID, asyncio.Future[UUID]] = field(default_factory=lambda: defaultdict(asyncio.Future))
    """The offer that each case waits for."""

    async def run(self) -> None:
        """Raises whatever a client may not hear."""
        await fill_up(self.processes[0], ROW, leaving=1)
        async with asyncio.TaskGroup() as clients:
            caller = clients.create_task(self._call_out())
            running = [
                clients.create_task(self._client(self.processes[number % PROCESSES])) for number in range(CLIENTS)
            ]
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in (caller, *running):
                task.cancel()
        pool = self.processes[0].pool
        assert await pool.fetch(OVERLAPPING) == [], "a place had two holders"
        assert await pool.fetch(FORGOTTEN) == [], "somebody waits, and the place is free"

    async def _call_out(self) -> None:
        """Tell whose turn it is."""
        while True:
            for case_id, offer_id in await self.processes[0].pool.fetch(LIVE):
                if not self._turns[case_id].done():
                    self._turns[case_id].set_result(offer_id)
            await asyncio.sleep(LOOK_EVERY)

    async def _client(self, uow: UnitOfWork) -> None:
        """The first to see that the rounds are over returns."""
        while self.held < self.rounds:
            case_id = await ask(uow)
            await self._hold(uow, case_id, await self._turns[case_id])
            self.held += 1
            assert await uow.pool.fetch(TWO_HOLDERS) == [], "a place has two holders"

    async def _hold(self, uow: UnitOfWork, case_id: UUID, offer_id: UUID) -> None:
        """Each step races against its opposite, in another process. Who was not placed seeks no longer."""
        await asyncio.sleep(random.choice((0, 0, 0, THOUGHT)))
        await self._at_once(uow, (accept, random.choice((decline, expire))), offer_id)
        if stay_id := await uow.pool.fetchval(STAY, case_id, "reserved"):
            await self._at_once(uow, (admit, not_arrived), stay_id)
        if stay_id := await uow.pool.fetchval(STAY, case_id, "occupied"):
            await self._at_once(uow, (discharge, discharge), stay_id)
        await follow(uow, wanted(None, case_id))

    async def _at_once(self, uow: UnitOfWork, acts: Sequence[Act], subject: UUID) -> None:
        await asyncio.gather(self._try(uow, acts[0], subject), self._try(self.processes[0], acts[1], subject))

    async def _try(self, uow: UnitOfWork, act: Act, subject: UUID) -> None:
        outcome = act.__name__
        try:
            async with uow.begin() as tx:
                await act(tx, subject, uow.clock)
        except (OfferGone, WrongStayState):
            outcome = "too late"
        self.outcomes[outcome] += 1


async def accept(tx: Tx, offer_id: UUID, clock: Clock) -> None:
    await handlers.accept(tx, offer_id, ANA, clock)


async def decline(tx: Tx, offer_id: UUID, clock: Clock) -> None:
    await handlers.decline(tx, offer_id, DeclineReason.OTHER, "", by=ANA, clock=clock)


async def expire(tx: Tx, offer_id: UUID, clock: Clock) -> None:
    """By the sweeper, which does nothing where the center was quicker or the time has not come. A third silence in a
    row closes the center: somebody opens it again at once."""
    await handlers.expire(tx, offer_id, clock)
    await handlers.accept_referrals(tx, identity("service", ROW), accepts=True, note="", by=ANA, clock=clock)


async def admit(tx: Tx, stay_id: UUID, clock: Clock) -> None:
    await handlers.admit(tx, stay_id, ANA, clock)


async def not_arrived(tx: Tx, stay_id: UUID, clock: Clock) -> None:
    await handlers.not_arrived(tx, stay_id, ANA, clock)


async def discharge(tx: Tx, stay_id: UUID, clock: Clock) -> None:
    await handlers.discharge(tx, stay_id, StayEndReason.LEFT_ON_OWN, ANA, clock)


@asynccontextmanager
async def capacity(found: Infrastructure) -> AsyncIterator[list[UnitOfWork]]:
    """Processes of capacity, as far as the database sees them, with the real directory."""
    async with temporary_database(found.admin_dsn) as dsn, AsyncExitStack() as opened:
        processes: list[UnitOfWork] = []
        for _ in range(PROCESSES):
            pool = await open_pool(dsn)
            opened.push_async_callback(close_pool, pool)
            processes.append(UnitOfWork(pool, Clock(SCALE)))
        await migrate(processes[0].pool, SHARED_SQL, CAPACITY / "migrations")
        async with processes[0].begin() as tx:
            await handlers.import_directory(tx, CAPACITY / "data", processes[0].clock)
        yield processes


async def main(rounds: int) -> None:
    async with infrastructure() as found, capacity(found) as processes:
        begun, race = time.monotonic(), Race(processes, rounds)
        await race.run()
        print(f"{race.held} holders of one place, never two at once, in {time.monotonic() - begun:.0f} s")
        print(", ".join(f"{number} × {what}" for what, number in race.outcomes.most_common()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.faults.race", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10_000)
    asyncio.run(main(parser.parse_args().rounds))
