"""Records as they come from the broker, read without ever raising."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self, TypeAlias

from shared.consumer.subscriptions import Subscriptions
from shared.envelope import BadMessage, Headers, Received, identity, text, unwrap

RawHeaders: TypeAlias = Sequence[tuple[str, bytes | None]]


class Record(Protocol):
    """aiokafka's ConsumerRecord, as far as it is used here."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: RawHeaders


@dataclass(frozen=True, slots=True)
class Message:
    """A record of a subscribed type. Either `received` or `problem` is set."""

    record: Record
    topic: str
    """Unprefixed."""
    id: str
    """`ce_id`; topic/partition/offset where that is unreadable."""
    digest: bytes
    received: Received[Any] | None = None
    problem: str | None = None

    def bad(self, problem: str) -> Self:
        """The same message, set aside for that reason."""
        return replace(self, received=None, problem=problem)

    def conflicting(self) -> Self:
        """Its id belongs to another message, so its place in the topic identifies it."""
        return replace(self.bad("ce_id was used before with another value"), id=_place(self.topic, self.record))


def read(records: Iterable[Record], subscriptions: Subscriptions, prefix: str) -> list[Message]:
    """Unwrap records; those of a type that nobody listens to are left out. Never raises."""
    return [message for record in records if (message := _read(record, subscriptions, prefix))]


def _read(record: Record, subscriptions: Subscriptions, prefix: str) -> Message | None:
    topic = record.topic.removeprefix(prefix)
    headers = dict(record.headers)
    digest = hashlib.sha256(record.value or b"").digest()
    try:
        if (model := subscriptions.model(text(headers, "ce_type"))) is None:
            return None
        received = unwrap(headers, record.value, model)
    except BadMessage as bad:
        return Message(record, topic, _identity(headers) or _place(topic, record), digest, problem=bad.reason)
    return Message(record, topic, str(received.envelope.id), digest, received=received)


def _identity(headers: Headers) -> str | None:
    with suppress(BadMessage):
        return str(identity(headers))
    return None


def _place(topic: str, record: Record) -> str:
    return f"{topic}/{record.partition}/{record.offset}"
