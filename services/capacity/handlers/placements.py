"""What happens to a placement: it is asked for, answered, and people come and go."""

from collections.abc import Sequence
from uuid import UUID

from contracts.vocabulary import DeclineReason, StayEndReason
from services.capacity.domain.offer import By
from services.capacity.domain.request import Wanted
from services.capacity.handlers.directory import close_if_silent
from services.capacity.handlers.working import allocating
from services.capacity.store.loading import Scope, case_of_offer, directory, lock, scope_of_stay
from shared.clock import Clock
from shared.db import Tx


async def follow_cases(tx: Tx, wanted: Sequence[Wanted], clock: Clock) -> None:
    """Places are sought, or no longer, in the order in which triage said so."""
    case_ids = sorted({each.case_id for each in wanted})
    requests = [each.request for each in wanted if each.request]
    async with allocating(tx, Scope(case_ids, requests, depth=len(wanted)), clock) as allocation:
        for each in wanted:
            allocation.follow(each)


async def offer_by_hand(tx: Tx, case_id: UUID, service_id: UUID, note: str, *, by: By, clock: Clock) -> None:
    """Raises NotFound, NothingSought, DoesNotFit."""
    await lock(tx)
    service = (await directory(tx)).by_id.get(service_id)
    unit_ids = [unit.id for unit in service.units] if service else []
    async with allocating(tx, Scope([case_id], unit_ids=unit_ids), clock) as allocation:
        allocation.offer_by_hand(case_id, service_id, by, note)


async def accept(tx: Tx, offer_id: UUID, by: By, clock: Clock) -> None:
    """Raises NotFound, OfferGone."""
    async with allocating(tx, Scope([await case_of_offer(tx, offer_id)]), clock) as allocation:
        allocation.accept(offer_id, by)


async def decline(tx: Tx, offer_id: UUID, reason: DeclineReason, note: str, *, by: By, clock: Clock) -> None:
    """Raises NotFound, OfferGone."""
    async with allocating(tx, Scope([await case_of_offer(tx, offer_id)]), clock) as allocation:
        allocation.decline(offer_id, reason, note, by)


async def expire(tx: Tx, offer_id: UUID, clock: Clock) -> None:
    """Does nothing where the center was quicker. One that let three offers in a row expire is asked no more."""
    async with allocating(tx, Scope([await case_of_offer(tx, offer_id)]), clock) as allocation:
        allocation.expire(offer_id)
    await close_if_silent(tx, offer_id, clock)


async def notice_late_arrival(tx: Tx, stay_id: UUID, clock: Clock) -> None:
    """Does nothing where the person was quicker."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.notice_late_arrival(stay_id)


async def search_again(tx: Tx, case_id: UUID, clock: Clock) -> None:
    """A center that kept silent may be asked again."""
    async with allocating(tx, Scope([case_id]), clock) as allocation:
        allocation.search_again(case_id)


async def fill(tx: Tx, unit_id: UUID, clock: Clock) -> None:
    """A place was forgotten: offer it to the first who waits."""
    async with allocating(tx, Scope(unit_ids=[unit_id]), clock) as allocation:
        allocation.fill(unit_id)


async def admit(tx: Tx, stay_id: UUID, by: By, clock: Clock) -> None:
    """Raises NotFound, WrongStayState."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.admit(stay_id, by)


async def go(tx: Tx, stay_id: UUID, by: By, clock: Clock) -> None:
    """Raises NotFound, WrongStayState."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.go(stay_id, by)


async def come_back(tx: Tx, stay_id: UUID, by: By, clock: Clock) -> None:
    """Raises NotFound, WrongStayState."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.come_back(stay_id, by)


async def not_arrived(tx: Tx, stay_id: UUID, by: By, clock: Clock) -> None:
    """Raises NotFound, WrongStayState."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.not_arrived(stay_id, by)


async def discharge(tx: Tx, stay_id: UUID, reason: StayEndReason, by: By, clock: Clock) -> None:
    """Raises NotFound, WrongStayState."""
    async with allocating(tx, await scope_of_stay(tx, stay_id), clock) as allocation:
        allocation.discharge(stay_id, reason, by)
