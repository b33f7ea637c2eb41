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


async def places_due_back(tx: Tx, now: datetime) -> list[UUID]:
    rows = await tx.fetch("SELECT id FROM place WHERE out_until <= $1 ORDER BY out_until LIMIT $2", now, ROUND)
    return [row["id"] for row in rows]


async def searches(tx: Tx, now: datetime) -> list[UUID]:
    """Cases whose silent center may be asked again, most urgent first."""
    rows = await tx.fetch(
        "SELECT case_id FROM placement WHERE search_again_at <= $1 ORDER BY urgency, waiting_since LIMIT $2", now, ROUND
    )
    return [row["case_id"] for row in rows]


async def units_with_forgotten_places(tx: Tx, _: datetime) -> list[UUID]:
    """Units with free places that are enough for somebody who waits."""
    rows = await tx.fetch(
        """
        SELECT unit.id FROM unit CROSS JOIN LATERAL (
            SELECT min(size) AS size FROM waiting WHERE unit_id = unit.id
        ) AS smallest
        WHERE size <= (
            SELECT count(*)
            FROM (SELECT FROM place WHERE unit_id = unit.id AND free_since IS NOT NULL LIMIT size) AS free
        )
        """
    )
    return [row["id"] for row in rows]
