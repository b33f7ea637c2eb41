"""The database has a bad moment: work is tried again and nothing is lost."""

from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from shared.broker import Broker
from shared.clock import Clock
from shared.db import Tx, UnitOfWork, close_pool, open_pool
from shared.envelope import Received
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

KEYS = [f"key-{number}" for number in range(10)]
CUT_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
async def watcher(database: str) -> AsyncIterator[UnitOfWork]:
    """Looks on over one connection that is never cut."""
    pool = await open_pool(database, size=1)
    yield UnitOfWork(pool)
    await close_pool(pool)


async def test_nothing_is_lost_when_connections_break_while_it_consumes(
    uow: UnitOfWork, watcher: UnitOfWork, broker: Broker
) -> None:
    await wire.send(broker, *(wire.raw(Counted(number=number), key) for number in range(200) for key in KEYS))
    async with lab.running(lab.consumer(uow, broker, batch_size=40)):
        for share in (1, 500, 1000):
            await lab.hears(watcher, share)
            assert await watcher.pool.fetchval(CUT_OTHERS) > 0
        await lab.hears(watcher, 200 * len(KEYS))
    assert await lab.heard_per_key(watcher) == {key: list(range(200)) for key in KEYS}
    assert await lab.dead(watcher) == {}


@pytest.mark.parametrize("trouble", [asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.DiskFullError])
async def test_what_the_client_makes_of_a_broken_connection_is_no_fault_of_the_message(
    uow: UnitOfWork, broker: Broker, trouble: type[Exception]
) -> None:
    attempts: list[int] = []

    async def cut_off_twice(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        attempts.append(len(events))
        if len(attempts) <= 2:
            raise trouble("cut off")
        await lab.remember(tx, events, clock)

    await wire.send(broker, *(wire.raw(Counted(number=number)) for number in range(5)))
    async with lab.running(lab.consumer(uow, broker, cut_off_twice)):
        await lab.hears(uow, 5)
    assert await lab.heard(uow) == list(range(5))
    assert await lab.dead(uow) == {}


async def test_a_lock_that_is_held_too_long_is_waited_for_again(uow: UnitOfWork, broker: Broker) -> None:
    attempts: list[int] = []

    async def impatient(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        attempts.append(len(events))
        await tx.execute("SET LOCAL lock_timeout = '50ms'")
        await lab.remember(tx, events, clock)

    async with lab.running(lab.consumer(uow, broker, impatient)):
        async with uow.begin() as other:
            await other.execute("LOCK TABLE heard")
            await wire.send(broker, *(wire.raw(Counted(number=number)) for number in range(5)))
            await wait_until(lambda: len(attempts) > 2, what="three attempts")
        await lab.hears(uow, 5)
    assert await lab.heard(uow) == list(range(5))
    assert await lab.dead(uow) == {}
