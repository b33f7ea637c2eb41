"""The frame of every use case of allocation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from services.capacity import events
from services.capacity.domain.allocation import Allocation
from services.capacity.store.loading import Scope, load
from services.capacity.store.saving import next_counts, save
from shared.clock import Clock
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import publish


@asynccontextmanager
async def allocating(tx: Tx, scope: Scope, clock: Clock) -> AsyncIterator[Allocation]:
    """Load what `scope` may touch under the allocation lock; the block decides; then save and publish."""
    now = clock.now()
    allocation = await load(tx, scope, now=now, due=clock.due, new_id=uuid7)
    yield allocation
    await save(tx, allocation)
    await publish(tx, list(events.referrals(allocation)), now)
    await publish_counts(tx, allocation, now)


async def publish_counts(tx: Tx, allocation: Allocation, now: datetime) -> None:
    services = allocation.directory.by_id
    counts = await next_counts(tx, allocation.touched)
    await publish(tx, [events.snapshot(services[count.service_id], count, now) for count in counts], now)
