"""Events leave a use case as rows of its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from shared.db import Tx
from shared.envelope import MAX_VALUE_BYTES, Envelope, EventModel
from shared.ids import uuid7


class EventTooLarge(Exception):
    """Datele depășesc {limit} de octeți. / The data exceed {limit} bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.limit = MAX_VALUE_BYTES
        super().__init__(f"an event of {size} bytes exceeds {MAX_VALUE_BYTES}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to publish. `key` is its aggregate's id, `sequence` the aggregate's next number on that topic."""

    event: EventModel
    key: str
    sequence: int
    correlation_id: str
    traceparent: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox before it is inserted. `topic` is unprefixed."""

    event_id: UUID
    topic: str
    key: str
    sequence: int
    headers: list[tuple[str, str]]
    value: bytes | None
    """Null: a tombstone, which deletes its key from a compacted topic."""


async def publish(tx: Tx, events: Sequence[Outgoing], now: datetime) -> None:
    """Put events in the outbox, in their order. Call it after locking the aggregates' rows: ids are then in commit
    order per key. Where events are followed (`shared/stream.py`), call it behind one lock for all of them.

    Raises EventTooLarge; asyncpg.UniqueViolationError when a topic and key have that sequence already.
    """
    await insert(tx, [_row(outgoing, now) for outgoing in events], now)


async def insert(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """One statement for all rows; ids rise in the order of `rows`."""
    if not rows:
        return
    await tx.execute(
        """
        INSERT INTO outbox (event_id, topic, key, sequence, headers, value, created_at)
        SELECT event_id, topic, key, sequence, headers::jsonb, value, $7
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[])
             WITH ORDINALITY AS row (event_id, topic, key, sequence, headers, value, position)
        ORDER BY position
        """,
        [row.event_id for row in rows],
        [row.topic for row in rows],
        [row.key for row in rows],
        [row.sequence for row in rows],
        [to_json(row.headers).decode() for row in rows],  # as text: a list of lists would be read as a matrix
        [row.value for row in rows],
        now,
    )


def _row(outgoing: Outgoing, now: datetime) -> Row:
    event = outgoing.event
    value = event.model_dump_json().encode()
    if len(value) > MAX_VALUE_BYTES:
        raise EventTooLarge(len(value))
    envelope = Envelope(
        id=uuid7(),
        type=event.ce_type,
        source=f"/punte/{event.topic.partition('.')[0]}",
        subject=outgoing.key,
        time=now,
        sequence=outgoing.sequence,
        correlation_id=outgoing.correlation_id,
        traceparent=outgoing.traceparent,
    )
    return Row(envelope.id, event.topic, outgoing.key, outgoing.sequence, envelope.headers(), value)
