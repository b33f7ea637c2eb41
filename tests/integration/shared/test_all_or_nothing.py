"""A use case has its effect and tells of it, or neither."""

from collections.abc import Sequence

import asyncpg
import pytest

from shared.broker import Broker
from shared.clock import Clock
from shared.db import Tx, UnitOfWork
from shared.envelope import BadMessage, Received
from shared.outbox import publish
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted


async def test_what_was_told_before_a_use_case_failed_is_told_to_nobody(uow: UnitOfWork) -> None:
    async def fail_after_telling() -> None:
        async with uow.begin() as tx:
            await publish(tx, [lab.counted(1)], uow.clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_telling()
    assert await uow.pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_who_reads_writes_nothing_and_wakes_nobody(uow: UnitOfWork) -> None:
    committed = uow.committed
    async with uow.read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM outbox") == 0
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await publish(tx, [lab.counted(1)], uow.clock.now())
    assert uow.committed is committed
    assert not committed.is_set()


async def test_an_event_that_is_refused_after_all_leaves_its_dead_letter_alone(uow: UnitOfWork, broker: Broker) -> None:
    async def told_too_soon(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        await lab.remember(tx, events, clock)
        await lab.double(tx, events, clock)
        raise BadMessage("too late")

    await wire.send(broker, wire.raw(Counted(number=1)))
    async with lab.running(lab.consumer(uow, broker, told_too_soon)):
        await lab.dies(uow, 1)
    assert await lab.heard(uow) == []
    assert [row["topic"] for row in await uow.pool.fetch("SELECT topic FROM outbox")] == [lab.DEAD.name]
