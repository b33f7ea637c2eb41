"""The frame of every use case of allocation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    """Load what `scope` may touch under the allocation lock; the block decides; then save and publish.

    Whatever capacity publishes is published here, behind the lock: the stream needs it in the order of commits.
    """
    now = clock.now()
    allocation = await load(tx, scope, now=now, due=clock.due, new_id=uuid7)
    yield allocation
    await save(tx, allocation)
    counts = await next_counts(tx, allocation.touched)
    services = allocation.directory.by_id
    snapshots = [events.snapshot(services[count.service_id], count, now) for count in counts]
    await publish(tx, [*events.referrals(allocation), *snapshots], now)
