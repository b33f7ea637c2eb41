import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from random import uniform

import pytest

from shared.db import Tx, UnitOfWork, close_pool, open_pool


@pytest.mark.parametrize("ways", [UnitOfWork.begin, UnitOfWork.read])
async def test_whoever_is_cancelled_at_whatever_moment_leaves_a_connection_that_others_can_use(
    database: str, ways: Callable[[UnitOfWork], AbstractAsyncContextManager[Tx]]
) -> None:
    pool = await open_pool(database, size=1)
    uow = UnitOfWork(pool)

    async def ask(number: int) -> None:
        async with ways(uow) as tx:
            await tx.fetchval(f"SELECT {number} FROM outbox LIMIT 1")  # a statement not prepared before

    for number in range(150):
        asking = asyncio.create_task(ask(number))
        await asyncio.sleep(uniform(0, 0.003))
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        async with uow.read() as tx:
            assert await tx.fetchval("SHOW transaction_isolation") == "repeatable read"
    await close_pool(pool)
