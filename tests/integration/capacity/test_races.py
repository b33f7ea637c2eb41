"""Many at once, on real connections."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from contracts.vocabulary import DeclineReason, StayEndReason
from services.capacity import handlers
from services.capacity.domain.errors import OfferGone
from shared.db import UnitOfWork
from shared.ids import uuid7
from shared.testing import TestClock
from tests.integration.capacity.playing import admit, ask, fill_up, live_offer, open_door, rows, state, told, value
from tests.unit.capacity.world import ANA


async def all_at_once(*each: Awaitable[object]) -> list[object]:
    return await asyncio.gather(*each, return_exceptions=True)


async def test_the_database_refuses_a_second_open_stay_in_a_place(uow: UnitOfWork) -> None:
    await ask(uow)
    copy = (
        "INSERT INTO stay (id, service_id, place_id, state, began_at, admitted_at)"
        " SELECT $1, service_id, place_id, 'occupied', now(), now() FROM stay"
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="stay_of_place"):
        await uow.pool.execute(copy, uuid7())


async def test_the_database_refuses_a_second_live_offer_for_a_placement(uow: UnitOfWork) -> None:
    await ask(uow)
    copy = (
        "INSERT INTO offer (id, case_id, round, service_id, state, offered_at, expires_at, note)"
        " SELECT $1, case_id, 2, service_id, 'offered', now(), now(), '' FROM offer"
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="offer_live"):
        await uow.pool.execute(copy, uuid7())


async def test_of_many_who_ask_at_once_one_gets_the_last_place_and_the_others_wait(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    cases = await asyncio.gather(*(ask(uow) for _ in range(24)))
    states = Counter([await state(uow, case_id) for case_id in cases])
    assert states == {"offered": 1, "waiting": 23}


async def test_of_many_acceptances_at_once_one_counts(uow: UnitOfWork) -> None:
    case_id = await ask(uow)
    offer_id = await live_offer(uow, case_id)

    async def accept() -> None:
        async with uow.begin() as tx:
            await handlers.accept(tx, offer_id, ANA, uow.clock)

    assert await all_at_once(*(accept() for _ in range(16))) == [None] * 16
    assert await told(uow, case_id) == ["ReferralOffered", "ReferralAccepted"]


async def test_an_acceptance_and_a_refusal_at_once_have_one_winner(uow: UnitOfWork) -> None:
    for _ in range(10):
        case_id = await ask(uow)
        offer_id = await live_offer(uow, case_id)

        async def accept(offer_id: UUID = offer_id) -> None:
            async with uow.begin() as tx:
                await handlers.accept(tx, offer_id, ANA, uow.clock)

        async def decline(offer_id: UUID = offer_id) -> None:
            async with uow.begin() as tx:
                await handlers.decline(tx, offer_id, DeclineReason.OTHER, "", by=ANA, clock=uow.clock)

        results = await all_at_once(accept(), decline())
        assert sorted(map(type, results), key=str) == sorted([type(None), OfferGone], key=str)


async def test_the_sweeper_and_an_acceptance_at_once_have_one_winner(uow: UnitOfWork, clock: TestClock) -> None:
    """Three silences in a row close the center: it is opened again."""
    for _ in range(10):
        await open_door(uow, "S2-15")
        case_id = await ask(uow)
        offer_id = await live_offer(uow, case_id)
        clock.advance(timedelta(hours=5))

        async def accept(offer_id: UUID = offer_id) -> None:
            async with uow.begin() as tx:
                await handlers.accept(tx, offer_id, ANA, uow.clock)

        async def expire(offer_id: UUID = offer_id) -> None:
            async with uow.begin() as tx:
                await handlers.expire(tx, offer_id, uow.clock)

        accepted, expired = await all_at_once(accept(), expire())
        assert expired is None
        assert await state(uow, case_id) == ("needs-person" if isinstance(accepted, OfferGone) else "reserved")


async def test_people_leave_and_ask_at_once_and_no_place_is_forgotten_or_given_twice(uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=8)
    stays = [await admit(uow, await ask(uow)) for _ in range(8)]
    waiting = [await ask(uow) for _ in range(4)]

    async def leave(stay_id: UUID) -> None:
        async with uow.begin() as tx:
            await handlers.discharge(tx, stay_id, StayEndReason.LEFT_ON_OWN, ANA, uow.clock)

    results = await all_at_once(*(leave(stay_id) for stay_id in stays), *(ask(uow) for _ in range(8)))
    failed = [result for result in results if isinstance(result, Exception)]
    promoted = {await state(uow, case_id) for case_id in waiting}
    doubles = await rows(uow, "SELECT place_id FROM stay WHERE state <> 'ended' GROUP BY place_id HAVING count(*) > 1")
    free = await value(
        uow,
        "SELECT count(*) FROM place JOIN unit ON unit.id = unit_id"
        " WHERE unit.places = 35 AND unit.opening_occupancy IS NOT NULL AND free_since IS NOT NULL",
    )
    still_waiting = await value(uow, "SELECT count(*) FROM waiting")
    assert (failed, promoted, doubles, free, still_waiting) == ([], {"offered"}, [], 0, 4)
