"""The clocks of capacity, and the count of what must never be."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from prometheus_client import Gauge

from services.capacity import handlers
from services.capacity.store import due
from shared.clock import Clock
from shared.db import Tx
from shared.sweeper import Sweep
from shared.telemetry import log

FORGOTTEN = Gauge("punte_forgotten_places", "Units with a free place and somebody who waits for it: always 0")


async def forgotten(tx: Tx, now: datetime) -> Sequence[UUID]:
    unit_ids = await due.units_with_forgotten_places(tx, now)
    FORGOTTEN.set(len(unit_ids))
    return unit_ids


async def fill(tx: Tx, unit_id: UUID, clock: Clock) -> None:
    log.error("free place with a fitting waiter", unit_id=str(unit_id))
    await handlers.fill(tx, unit_id, clock)


SWEEPS = (
    Sweep("offer-expiry", due.expired_offers, handlers.expire),
    Sweep("late-arrival", due.late_arrivals, handlers.notice_late_arrival),
    Sweep("back-in-service", due.places_due_back, handlers.bring_back),
    Sweep("search-again", due.searches, handlers.search_again),
    Sweep("forgotten-places", forgotten, fill),
)
