"""Everybody at once, and the last place."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.capacity import handlers
from services.capacity.domain.errors import OfferGone
from shared.db import UnitOfWork
from shared.testing import TestClock
from tests.faults.race import Race, capacity
from tests.infrastructure import Infrastructure
from tests.integration.capacity.playing import ask, live_offer, told
from tests.unit.capacity.world import ANA

ROUNDS, INSTANTS = 100, 30
ACCEPTED = ["ReferralOffered", "ReferralAccepted"]
EXPIRED = ["ReferralOffered", "ReferralExpired", "PlacementNeedsPerson"]


@pytest.mark.timeout(300)
async def test_of_sixty_four_clients_never_two_hold_the_last_place(infrastructure: Infrastructure) -> None:
    async with capacity(infrastructure) as processes:
        race = Race(processes, ROUNDS)
        await race.run()
    assert race.held >= ROUNDS
    assert {"accept", "decline", "expire", "admit", "not_arrived", "discharge", "too late"} <= race.outcomes.keys()


async def test_an_offer_that_expires_and_is_accepted_at_one_instant_ends_in_one_of_the_two(
    infrastructure: Infrastructure,
) -> None:
    async with capacity(infrastructure) as processes:
        clock = TestClock()
        one, other = (UnitOfWork(process.pool, clock) for process in processes[:2])
        for _ in range(INSTANTS):
            case_id = await ask(one)
            offer_id = await live_offer(one, case_id)
            clock.advance(timedelta(days=7))
            accepted, _ = await asyncio.gather(accept(one, offer_id), expire(other, offer_id))
            assert await told(one, case_id) == (ACCEPTED if accepted else EXPIRED)


async def accept(uow: UnitOfWork, offer_id: UUID) -> bool:
    try:
        async with uow.begin() as tx:
            await handlers.accept(tx, offer_id, ANA, uow.clock)
    except OfferGone:
        return False
    return True


async def expire(uow: UnitOfWork, offer_id: UUID) -> None:
    async with uow.begin() as tx:
        await handlers.expire(tx, offer_id, uow.clock)
