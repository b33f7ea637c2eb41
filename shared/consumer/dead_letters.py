"""Bad messages are kept, whole, on a topic of their own, with the reason beside them."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.consumer.messages import Message
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import Row, insert
from shared.telemetry import DEAD_LETTERS, log


async def bury(tx: Tx, service: str, messages: Sequence[Message], now: datetime) -> None:
    """Put bad messages in the outbox for `<topic>.<service>.dlq`, keyed by their identity."""
    await insert(tx, [_letter(service, message) for message in messages], now)
    for message in messages:
        DEAD_LETTERS.labels(service, message.topic).inc()
        log.error("dead letter", topic=message.topic, message_id=message.id, reason=message.problem)


def _letter(service: str, message: Message) -> Row:
    record = message.record
    return Row(
        event_id=uuid7(),
        topic=f"{message.topic}.{service}.dlq",
        key=message.id,
        sequence=0,
        headers=list(_headers(message)),
        value=record.value or b"",
    )


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    """The original headers, then where the record lay and what is wrong with it."""
    record = message.record
    for name, raw in record.headers:
        yield _storable(name, raw)
    yield "dead_reason", message.problem or ""
    yield "dead_topic", message.topic
    yield "dead_partition", str(record.partition)
    yield "dead_offset", str(record.offset)
    if record.key is not None:
        yield _storable("dead_key", record.key)
    if record.value is None:  # a null value in a compacted topic would delete the letter
        yield "dead_value", "null"


def _storable(name: str, raw: bytes | None) -> tuple[str, str]:
    """jsonb holds neither bytes nor null nor NUL: such a value goes as base64 under `<name>.base64`, or under
    `<name>.null`. In a name, NUL becomes its picture, U+2400."""
    name = name.replace("\0", "\u2400")
    if raw is None:
        return f"{name}.null", ""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = "\0"
    return (name, text) if "\0" not in text else (f"{name}.base64", b64encode(raw).decode())
