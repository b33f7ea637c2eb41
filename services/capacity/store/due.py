"""What is due, read without locks."""

from datetime import datetime
from uuid import UUID

from shared.db import Tx

ROUND = 500


async def expired_offers(tx: Tx, now: datetime) -> list[UUID]:
    rows = await tx.fetch(
        "SELECT id FROM offer WHERE state = 'offered' AND expires_at <= $1 ORDER BY expires_at LIMIT $2", now, ROUND
    )
    return [row["id"] for row in rows]


async def late_arrivals(tx: Tx, now: datetime) -> list[UUID]:
    rows = await tx.fetch(
        "SELECT id FROM stay WHERE state = 'reserved' AND overdue_at IS NULL AND arrival_due <= $1"
        " ORDER BY arrival_due LIMIT $2",
        now,
        ROUND,
    )
    return [row["id"] for row in rows]


async def searches(tx: Tx, now: datetime) -> list[UUID]:
    """Cases whose silent center may be asked again, most urgent first."""
    rows = await tx.fetch(
        "SELECT case_id FROM placement WHERE search_again_at <= $1 ORDER BY urgency, waiting_since LIMIT $2", now, ROUND
    )
    return [row["case_id"] for row in rows]


async def units_with_forgotten_places(tx: Tx, _: datetime) -> list[UUID]:
    """Units with a free place and somebody who waits for it."""
    rows = await tx.fetch(
        """
        SELECT id FROM unit
        WHERE EXISTS (SELECT FROM waiting WHERE unit_id = unit.id)
          AND EXISTS (SELECT FROM place WHERE unit_id = unit.id AND free_since IS NOT NULL)
        """
    )
    return [row["id"] for row in rows]
