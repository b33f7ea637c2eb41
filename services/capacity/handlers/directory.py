"""What is known of the services: the directory's import, and how full they were at the start."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from services.capacity import directory
from services.capacity.domain import limits
from services.capacity.domain.errors import NotFound, OccupancyEntered
from services.capacity.domain.offer import PROGRAM, By
from services.capacity.handlers.working import allocating
from services.capacity.store import changes, importing, loading
from services.capacity.store.loading import Scope, lock, silent_service, still_searching
from services.capacity.store.saving import enter_opening_occupancy, opening_occupancy, set_accepts_referrals
from shared.clock import Clock
from shared.db import Tx
from shared.telemetry import current_correlation_id, current_traceparent

SILENT = "three-silences"


async def import_directory(tx: Tx, folder: Path, clock: Clock) -> None:
    """Bring the tables up to the files, if these have changed; everybody who still needs a place is looked at anew."""
    await lock(tx)
    version = directory.version(folder)
    if await importing.imported_version(tx) == version:
        return
    read = directory.read(folder)
    trace = importing.Trace(current_correlation_id(), current_traceparent())
    await importing.import_directory(tx, read, trace, clock.now())
    await _look_again(tx, [service.id for service in read.services], await still_searching(tx), clock)


async def accept_referrals(tx: Tx, service_id: UUID, *, accepts: bool, note: str, by: By, clock: Clock) -> None:
    """Whether the service is asked from now on; whoever might be offered it is looked at anew. Raises NotFound."""
    await lock(tx)
    service = (await loading.directory(tx)).by_id.get(service_id)
    if service is None:
        raise NotFound
    if service.accepts_referrals == accepts:
        return
    await set_accepts_referrals(tx, service_id, clock.now(), accepts=accepts)
    before, after = {"accepts_referrals": not accepts}, {"accepts_referrals": accepts}
    await changes.record(tx, "service", service_id, before, after, note=note, by=by, now=clock.now())
    await _look_again(tx, [service_id], await still_searching(tx, service.wishes), clock)


async def close_if_silent(tx: Tx, offer_id: UUID, clock: Clock) -> None:
    """A center that let its last three offers expire is asked no more until somebody opens it again."""
    if service_id := await silent_service(tx, offer_id, limits.SILENCES):
        await accept_referrals(tx, service_id, accepts=False, note=SILENT, by=PROGRAM, clock=clock)


async def _look_again(tx: Tx, service_ids: Sequence[UUID], case_ids: Sequence[UUID], clock: Clock) -> None:
    async with allocating(tx, Scope(case_ids, depth=len(case_ids) or 1), clock) as allocation:
        allocation.touched |= set(service_ids)
        for case_id in case_ids:
            allocation.search_again(case_id)


async def enter_occupancy(tx: Tx, unit_id: UUID, occupied: int, by: By, clock: Clock) -> None:
    """How many people are there when the register begins: entered once, correctable until the first stay.

    Raises NotFound, OccupancyEntered, MoreThanPlaces.
    """
    async with allocating(tx, Scope(unit_ids=[unit_id], depth=max(occupied, 1)), clock) as allocation:
        entered, has_stays = await opening_occupancy(tx, unit_id)
        if entered == occupied:
            return
        if entered is not None and has_stays:
            raise OccupancyEntered(entered)
        allocation.open_occupancy(unit_id, occupied, by)
        await enter_opening_occupancy(tx, unit_id, occupied)
