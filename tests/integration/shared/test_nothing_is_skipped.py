"""Offsets follow what is stored, never what was only received."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from shared.broker import Broker
from shared.clock import Clock
from shared.consumer import member, patience
from shared.db import Tx, UnitOfWork
from shared.envelope import Received
from shared.supervisor import Background
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

NUMBERS = list(range(50))


@pytest.fixture(autouse=True)
async def sent(broker: Broker) -> None:
    await wire.send(broker, *(wire.raw(Counted(number=number)) for number in NUMBERS))


async def test_a_batch_that_could_not_be_stored_comes_again(
    uow: UnitOfWork, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.0)
    attempts: list[int] = []

    async def on_a_full_disk(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        attempts.append(len(events))
        if len(attempts) < 4:
            raise asyncpg.DiskFullError
        await lab.remember(tx, events, clock)

    async with lab.running(lab.consumer(uow, broker, on_a_full_disk)):
        await lab.hears(uow, len(NUMBERS))
    assert await lab.heard(uow) == NUMBERS


async def test_what_was_in_hand_when_a_process_ended_comes_to_the_next(
    uow: UnitOfWork, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "GRACE_SECONDS", 0.5)
    received = asyncio.Event()

    async def without_end(_tx: Tx, _events: Sequence[Received[Counted]], _clock: Clock) -> None:
        received.set()
        await asyncio.Event().wait()

    background = Background([lab.consumer(uow, broker, without_end)])
    await asyncio.wait_for(received.wait(), 15)
    await background.end(within=30)
    assert await wire.committed(broker, lab.SERVICE) == 0
    async with lab.running(lab.consumer(uow, broker)):
        await lab.hears(uow, len(NUMBERS))
    assert await lab.heard(uow) == NUMBERS


async def test_what_is_stored_is_committed(uow: UnitOfWork, broker: Broker) -> None:
    async def committed() -> bool:
        return await wire.committed(broker, lab.SERVICE) == len(NUMBERS)

    async with lab.running(lab.consumer(uow, broker)):
        await wait_until(committed, what="all offsets committed")
    assert await lab.heard(uow) == NUMBERS
