"""The form of a dead letter: the message as it came, and beside it where it lay and what is wrong with it."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.consumer.messages import Message, RawHeaders, Record

RAW, NULL = ".base64", ".null"


@dataclass(slots=True)
class Letter:
    """A record as it came, and why it was set aside."""

    id: str
    reason: str
    topic: str
    """Unprefixed."""
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: RawHeaders


def parsed(identity: str, headers: RawHeaders, value: bytes | None) -> Letter | None:
    """What `headers_of` made of a message. None: a tombstone, or something that no consumer of ours put there."""
    names = [name for name, _ in headers]
    if value is None or "dead_reason" not in names:
        return None
    begin = len(names) - 1 - names[::-1].index("dead_reason")  # an original header may bear that name too
    try:
        about = {name: raw or b"" for name, raw in map(_restored, headers[begin:])}
        return Letter(
            id=identity,
            reason=about["dead_reason"].decode(),
            topic=about["dead_topic"].decode(),
            partition=int(about["dead_partition"]),
            offset=int(about["dead_offset"]),
            key=about.get("dead_key"),
            value=None if "dead_value" in about else value,
            headers=[_restored(header) for header in headers[:begin]],
        )
    except (KeyError, ValueError):
        return None


def letters_of(records: Iterable[Record]) -> dict[str, Letter]:
    """By their ids; what is none is left out."""
    found = (parsed((one.key or b"").decode(errors="replace"), one.headers, one.value) for one in records)
    return {letter.id: letter for letter in found if letter}


def headers_of(message: Message) -> Iterator[tuple[str, str]]:
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
    `<name>.null`, and so does the value of a name that ends like these. In a name, NUL becomes its picture, U+2400."""
    name = name.replace("\0", "\u2400")
    if raw is None:
        return f"{name}{NULL}", ""
    text = _jsonb_text(raw)
    if text is None or name.endswith((RAW, NULL)):
        return f"{name}{RAW}", b64encode(raw).decode()
    return name, text


def _jsonb_text(raw: bytes) -> str | None:
    try:
        return None if b"\0" in raw else raw.decode()
    except UnicodeDecodeError:
        return None


def _restored(header: tuple[str, bytes | None]) -> tuple[str, bytes | None]:
    """What `_storable` was given."""
    name, raw = header
    if name.endswith(NULL):
        return name.removesuffix(NULL), None
    if name.endswith(RAW):
        return name.removesuffix(RAW), b64decode(raw or b"", validate=True)
    return header
