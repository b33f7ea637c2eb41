"""Clocks are columns, and each that is due is acted upon once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

import asyncpg
import pytest

from shared.clock import Clock
from shared.db import Tx, UnitOfWork
from shared.health import Health
from shared.ids import uuid7
from shared.sweeper import Sweep, Sweeper
from shared.testing import TestClock, wait_until
from tests.integration.shared import lab

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def timers(uow: UnitOfWork) -> UnitOfWork:
    """With timers that ring, and a clock to turn."""
    await uow.pool.execute("CREATE TABLE timer (id uuid PRIMARY KEY, at timestamptz, broken boolean, rung integer)")
    return UnitOfWork(uow.pool, TestClock())


async def due(tx: Tx, now: datetime) -> Sequence[UUID]:
    rows = await tx.fetch("SELECT id FROM timer WHERE at <= $1 AND rung = 0 ORDER BY at", now)
    return [row["id"] for row in rows]


async def ring(tx: Tx, timer: UUID, _: Clock) -> None:
    await tx.execute("UPDATE timer SET rung = rung + 1 WHERE id = $1", timer)
    if await tx.fetchval("SELECT broken FROM timer WHERE id = $1", timer):
        raise ZeroDivisionError


def sweeper(uow: UnitOfWork) -> Sweeper:
    return Sweeper(uow, Health(lab.SERVICE, "sweeper"), [Sweep("ring", due, ring)])


async def wind(uow: UnitOfWork, after: timedelta, *, broken: bool = False) -> UUID:
    timer = uuid7()
    at = uow.clock.now() + after
    await uow.pool.execute("INSERT INTO timer VALUES ($1, $2, $3, 0)", timer, at, broken)
    return timer


async def rung(uow: UnitOfWork, *timers: UUID) -> list[int]:
    return [await uow.pool.fetchval("SELECT rung FROM timer WHERE id = $1", timer) for timer in timers]


async def test_a_timer_rings_once_and_not_before_it_is_due(timers: UnitOfWork) -> None:
    timer = await wind(timers, MINUTE)
    await sweeper(timers).round()
    assert await rung(timers, timer) == [0]
    assert isinstance(timers.clock, TestClock)
    timers.clock.advance(MINUTE)
    for _ in range(3):
        await sweeper(timers).round()
    assert await rung(timers, timer) == [1]


async def test_one_that_fails_stops_no_other_and_is_tried_again(timers: UnitOfWork) -> None:
    first, broken, last = (
        await wind(timers, -3 * MINUTE),
        await wind(timers, -2 * MINUTE, broken=True),
        await wind(timers, -MINUTE),
    )
    await sweeper(timers).round()
    assert await rung(timers, first, broken, last) == [1, 0, 1]
    await timers.pool.execute("UPDATE timer SET broken = false")
    await sweeper(timers).round()
    assert await rung(timers, first, broken, last) == [1, 1, 1]


async def test_a_database_in_trouble_is_told_once_and_not_for_each_clock(timers: UnitOfWork, logs: StringIO) -> None:
    async def write_to_a_full_disk(tx: Tx, _: UUID, __: Clock) -> None:
        raise asyncpg.DiskFullError("no space left")

    for _ in range(20):
        await wind(timers, -MINUTE)
    sweeping = Sweeper(timers, Health(lab.SERVICE, "sweeper"), [Sweep("ring", due, write_to_a_full_disk)])
    for _ in range(3):
        await sweeping.round()
    assert sweeping.health.state == "degraded"
    assert len(logs.getvalue().splitlines()) == 1


async def test_a_question_that_fails_stops_no_other_sweep(timers: UnitOfWork) -> None:
    async def unanswerable(tx: Tx, _: datetime) -> Sequence[UUID]:
        return [row["id"] for row in await tx.fetch("SELECT id FROM missing")]

    timer = await wind(timers, -MINUTE)
    sweeps = [Sweep("unanswerable", unanswerable, ring), Sweep("ring", due, ring)]
    sweeping = Sweeper(timers, Health(lab.SERVICE, "sweeper"), sweeps)
    async with lab.running(sweeping):
        await wait_until(lambda: rings(timers, timer), what="the timer")
        await wait_until(lambda: sweeping.health.state == "degraded", what="the sweeper degraded")


async def test_it_looks_by_itself(timers: UnitOfWork) -> None:
    timer = await wind(timers, -MINUTE)
    async with lab.running(sweeper(timers)):
        await wait_until(lambda: rings(timers, timer), what="the timer")


async def rings(uow: UnitOfWork, timer: UUID) -> bool:
    return await rung(uow, timer) == [1]
