"""Bad messages are kept, whole, on a topic of their own, with the reason beside them."""

from collections.abc import Sequence
from datetime import datetime

from shared.consumer.letters import headers_of
from shared.consumer.messages import Message
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import Row, insert
from shared.telemetry import DEAD_LETTERS, log


def topic_of(topic: str, service: str) -> str:
    """Where the letters of a topic lie that this service could not read."""
    return f"{topic}.{service}.dlq"


async def bury(tx: Tx, service: str, messages: Sequence[Message], now: datetime) -> None:
    """Put bad messages in the outbox for `<topic>.<service>.dlq`, keyed by their identity."""
    await insert(tx, [_letter(service, message) for message in messages], now)
    for message in messages:
        DEAD_LETTERS.labels(service, message.topic).inc()
        log.error("dead letter", topic=message.topic, message_id=message.id, reason=message.problem)


async def exhume(tx: Tx, service: str, topic: str, identity: str, now: datetime) -> None:
    """Put a tombstone in the outbox behind the letter: compaction removes both."""
    tombstone = Row(uuid7(), topic_of(topic, service), identity, sequence=1, headers=[], value=None)
    await insert(tx, [tombstone], now)


def _letter(service: str, message: Message) -> Row:
    return Row(
        event_id=uuid7(),
        topic=topic_of(message.topic, service),
        key=message.id,
        sequence=0,
        headers=list(headers_of(message)),
        value=message.record.value or b"",
    )
