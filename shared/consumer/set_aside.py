"""What a service has set aside: its inbox knows of it, its outbox or a topic of dead letters holds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.consumer.dead_letters import topic_of
from shared.consumer.letters import Letter, parsed
from shared.db import Pool, Tx

State = Literal["dead", "forgotten", "handled", "deleted"]
"""`forgotten`: the inbox does not know the letter, as when the database is an older copy."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message, and its letter where that was found; and when it was settled, by whom and why if it was deleted."""

    id: str
    state: State
    topic: str
    partition: int
    offset: int
    reason: str
    received_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    note: str | None = None
    letter: Letter | None = None

    @property
    def is_open(self) -> bool:
        return self.state in {"dead", "forgotten"}


async def set_aside(
    pool: Pool, service: str, topics: Sequence[str], letters: Mapping[str, Letter], named: Collection[str] = ()
) -> list[SetAside]:
    """All that is open, and what became of the messages that are named, in order of their places.

    `letters` were read before, from the topics of dead letters of `topics`: what was published since is in the outbox.
    """
    async with pool.acquire() as tx, tx.transaction(isolation="repeatable_read", readonly=True):
        held = {**letters, **await _queued(tx, [topic_of(topic, service) for topic in topics])}
        rows = await tx.fetch(
            """
            SELECT id, state, topic, partition, "offset", coalesce(reason, '') AS reason, received_at,
                   settled_at, settled_by, note
            FROM inbox WHERE state = 'dead' OR id = ANY ($1)
            """,
            [*held, *named],
        )
    known = [SetAside(**row, letter=held.get(row["id"])) for row in rows]
    unknown = held.keys() - {one.id for one in known}
    forgotten = [_forgotten(letter) for identity, letter in held.items() if letter and identity in unknown]
    wanted = [one for one in (*known, *forgotten) if one.is_open or one.id in named]
    return sorted(wanted, key=lambda one: (one.topic, one.partition, one.offset))


async def _queued(tx: Tx, topics: Sequence[str]) -> dict[str, Letter | None]:
    """Letters in the outbox, published or not; None behind a tombstone."""
    rows = await tx.fetch("SELECT key, headers, value FROM outbox WHERE topic = ANY ($1) ORDER BY id", topics)
    return {row["key"]: parsed(row["key"], _encoded(row["headers"]), row["value"]) for row in rows}


def _encoded(headers: Sequence[tuple[str, str]]) -> list[tuple[str, bytes | None]]:
    return [(name, text.encode()) for name, text in headers]


def _forgotten(letter: Letter) -> SetAside:
    return SetAside(letter.id, "forgotten", letter.topic, letter.partition, letter.offset, letter.reason, letter=letter)
