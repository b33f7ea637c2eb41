"""A message that was set aside is settled once: handled after all, or deleted by somebody."""

import asyncio
import hashlib
from datetime import datetime

from shared.consumer.dead_letters import exhume
from shared.consumer.patience import deadline, patiently
from shared.consumer.set_aside import SetAside
from shared.db import Tx, UnitOfWork


async def lock(tx: Tx, one: SetAside, now: datetime) -> str:
    """The state of its row, which nobody else settles now. A forgotten one is entered again."""
    if one.state == "forgotten" and one.letter:
        await tx.execute(
            """
            INSERT INTO inbox (id, digest, state, reason, topic, partition, "offset", received_at)
            VALUES ($1, $2, 'dead', $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """,
            one.id,
            hashlib.sha256(one.letter.value or b"").digest(),
            one.reason,
            one.topic,
            one.partition,
            one.offset,
            now,
        )
    return str(await tx.fetchval("SELECT state FROM inbox WHERE id = $1 FOR UPDATE", one.id))


async def mark_handled(tx: Tx, service: str, one: SetAside, now: datetime) -> None:
    await _settle(tx, service, one, now, state="handled")


async def delete(uow: UnitOfWork, service: str, one: SetAside, by: str, note: str) -> bool:
    """Somebody gives a message up, by name and with a reason. False: it was settled before. Raises Postponed."""

    async def work() -> bool:
        now = uow.clock.now()
        async with uow.begin() as tx:
            if await lock(tx, one, now) != "dead":
                return False
            await _settle(tx, service, one, now, state="deleted", by=by, note=note)
        return True

    return await patiently(work, deadline(), asyncio.Event())


async def _settle(
    tx: Tx, service: str, one: SetAside, now: datetime, *, state: str, by: str | None = None, note: str | None = None
) -> None:
    await tx.execute(
        "UPDATE inbox SET state = $2, settled_at = $3, settled_by = $4, note = $5 WHERE id = $1",
        one.id,
        state,
        now,
        by,
        note,
    )
    await exhume(tx, service, one.topic, one.id, now)
