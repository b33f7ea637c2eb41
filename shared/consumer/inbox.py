"""Remembers what was received, so that every message has its effect once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from shared.consumer.messages import Message
from shared.db import Tx


async def enter(tx: Tx, messages: Sequence[Message], now: datetime) -> list[Message]:
    """Note messages as handled or dead. Returns those that are new, in order of arrival.

    A repeated id with the same value is left out; with another value it comes back as bad.
    """
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(message.id, message)
    new = await _insert(tx, first.values(), now)
    digests = {key: message.digest for key, message in first.items()}
    digests |= await _digests(tx, first.keys() - new)

    def judge(message: Message) -> Message | None:
        if message is first[message.id] and message.id in new:
            return message
        return message.conflicting() if message.digest != digests[message.id] else None

    judged = [verdict for message in messages if (verdict := judge(message))]
    new |= await _insert(tx, [message for message in judged if message.id not in new], now)
    return [message for message in judged if message.id in new]


async def _insert(tx: Tx, messages: Iterable[Message], now: datetime) -> set[str]:
    """Ids that were not there before."""
    if not (rows := list(messages)):
        return set()
    inserted = await tx.fetch(
        """
        INSERT INTO inbox (id, digest, state, reason, topic, partition, "offset", received_at)
        SELECT id, digest, CASE WHEN reason IS NULL THEN 'handled' ELSE 'dead' END, reason,
               topic, partition, "offset", $7
        FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::int[], $6::bigint[])
             AS message (id, digest, reason, topic, partition, "offset")
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        [message.id for message in rows],
        [message.digest for message in rows],
        [message.problem for message in rows],
        [message.topic for message in rows],
        [message.record.partition for message in rows],
        [message.record.offset for message in rows],
        now,
    )
    return {row["id"] for row in inserted}


async def _digests(tx: Tx, ids: Iterable[str]) -> dict[str, bytes]:
    if not (known := list(ids)):
        return {}
    rows = await tx.fetch("SELECT id, digest FROM inbox WHERE id = ANY ($1)", known)
    return {row["id"]: row["digest"] for row in rows}
