"""Places go out of service and come back."""

from datetime import datetime
from uuid import UUID

from contracts.vocabulary import OutOfService
from services.capacity.domain.ledger import Place
from services.capacity.domain.offer import By
from services.capacity.handlers.working import allocating
from services.capacity.store import changes
from services.capacity.store.loading import Scope
from shared.clock import Clock
from shared.db import Tx


async def put_out_of_service(
    tx: Tx, place_id: UUID, reason: OutOfService, until: datetime | None, note: str, *, by: By, clock: Clock
) -> None:
    """Said twice it is heard once. Raises NotFound."""
    async with allocating(tx, Scope(place_ids=[place_id]), clock) as allocation:
        before, after = _service_state(allocation.place(place_id)), {"out_of_service": reason, "out_until": until}
        if before != after:
            allocation.put_out_of_service(place_id, reason, until)
            await changes.record(tx, "place", place_id, before, after, note=note, by=by, now=clock.now())


async def return_to_service(tx: Tx, place_id: UUID, by: By, clock: Clock) -> None:
    """Said twice it is heard once. Raises NotFound."""
    async with allocating(tx, Scope(place_ids=[place_id]), clock) as allocation:
        before, after = _service_state(allocation.place(place_id)), {"out_of_service": None, "out_until": None}
        if before != after:
            allocation.return_to_service(place_id)
            await changes.record(tx, "place", place_id, before, after, note="", by=by, now=clock.now())


async def bring_back(tx: Tx, place_id: UUID, clock: Clock) -> None:
    """Does nothing where the day was put off."""
    async with allocating(tx, Scope(place_ids=[place_id]), clock) as allocation:
        allocation.bring_back(place_id)


def _service_state(place: Place) -> changes.Values:
    return {"out_of_service": place.out_of_service, "out_until": place.out_until}
