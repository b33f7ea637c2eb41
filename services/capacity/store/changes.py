"""Who changed what of the directory and the ledger by hand."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.capacity.domain.offer import By
from shared.db import Tx

Values = dict[str, Any]


async def record(
    tx: Tx,
    thing: Literal["place", "service"],
    thing_id: UUID,
    before: Values,
    after: Values,
    *,
    note: str,
    by: By,
    now: datetime,
) -> None:
    await tx.execute(
        "INSERT INTO change (at, changed_by, thing, thing_id, before, after, note) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        now,
        by,
        thing,
        thing_id,
        before,
        after,
        note,
    )
