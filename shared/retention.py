"""Plumbing rows are kept only as long as somebody may ask for them."""

import asyncio
from datetime import datetime, timedelta

from shared.db import UnitOfWork
from shared.health import Health
from shared.waiting import wait_any

EVERY_SECONDS = 3600.0
CHUNK = 5_000
OUTBOX_KEPT = timedelta(hours=24)
RULES = {
    "outbox WHERE published_at < $1": OUTBOX_KEPT,
    "inbox WHERE state = 'handled' AND received_at < $1 AND coalesce(settled_at, received_at) < $1": timedelta(days=30),
    "idempotency WHERE created_at < $1": timedelta(hours=48),
}


class Retention:
    """Deletes in small transactions, once an hour."""

    def __init__(self, uow: UnitOfWork, health: Health) -> None:
        self.health = health
        self._uow = uow

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.round(self._uow.clock.now())
            self.health.set("ok")
            await wait_any(EVERY_SECONDS, stop)

    async def round(self, now: datetime) -> None:
        for rows, age in RULES.items():
            while await self._delete(rows, now - age) == CHUNK:
                pass

    async def _delete(self, rows: str, before: datetime) -> int:
        table = rows.partition(" ")[0]
        status = await self._uow.pool.execute(
            f"DELETE FROM {table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {rows} LIMIT {CHUNK}))",  # noqa: S608
            before,
        )
        return int(status.rpartition(" ")[2])
