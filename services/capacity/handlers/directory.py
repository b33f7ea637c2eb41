"""What is known of the services: the directory's import, and how full they were at the start."""

from pathlib import Path
from uuid import UUID

from services.capacity import directory
from services.capacity.domain.errors import OccupancyEntered
from services.capacity.domain.offer import By
from services.capacity.handlers.working import allocating
from services.capacity.store import importing
from services.capacity.store.loading import Scope, lock, still_searching
from services.capacity.store.saving import enter_opening_occupancy, opening_occupancy
from shared.clock import Clock
from shared.db import Tx
from shared.telemetry import current_correlation_id, current_traceparent


async def import_directory(tx: Tx, folder: Path, clock: Clock) -> None:
    """Bring the tables up to the files, if these have changed; everybody who still needs a place is looked at anew."""
    await lock(tx)
    version = directory.version(folder)
    if await importing.imported_version(tx) == version:
        return
    read = directory.read(folder)
    trace = importing.Trace(current_correlation_id(), current_traceparent())
    await importing.import_directory(tx, read, trace, clock.now())
    case_ids = await still_searching(tx)
    async with allocating(tx, Scope(case_ids, depth=len(case_ids) or 1), clock) as allocation:
        allocation.touched |= allocation.directory.by_id.keys()
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
