"""CloudEvents 1.0 over Kafka in binary mode: context in headers, the JSON data alone as the value.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, Literal, Protocol, Self, TypeAlias, TypeVar
from uuid import UUID

from pydantic import ValidationError

MAX_VALUE_BYTES = 512 * 1024
"""The largest value of an event, published or received."""

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""https://www.w3.org/TR/trace-context/#traceparent-header"""

Headers: TypeAlias = Mapping[str, bytes | None]


FIRST_YEAR, LAST_YEAR = 1900, 2199


class EventModel(Protocol):
    """What a pydantic model has to say about itself to travel: its CloudEvents type and its topic (unprefixed)."""

    ce_type: ClassVar[str]
    topic: ClassVar[str]

    def model_dump_json(self) -> str: ...
    @classmethod
    def model_validate_json(cls, json_data: bytes, /, *, extra: Literal["ignore"]) -> Self: ...


E_co = TypeVar("E_co", bound=EventModel, covariant=True)


class BadMessage(Exception):
    """A message that no retry can make good. The reason names what is wrong and repeats none of its content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Envelope:
    """`sequence` rises by one per event of a topic and key; `correlation_id` and `traceparent` are those of the
    request that began the story."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    sequence: int
    correlation_id: str
    traceparent: str

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("ce_specversion", "1.0"),
            ("ce_id", str(self.id)),
            ("ce_type", self.type),
            ("ce_source", self.source),
            ("ce_subject", self.subject),
            ("ce_time", self.time.isoformat()),
            ("ce_sequence", f"{self.sequence:012d}"),
            ("ce_correlationid", self.correlation_id),
            ("traceparent", self.traceparent),
            ("content-type", "application/json"),
        ]

    @classmethod
    def from_headers(cls, headers: Headers) -> Self:
        """Raises BadMessage naming the first header that is missing or unreadable."""
        if text(headers, "ce_specversion") != "1.0":
            raise BadMessage("header ce_specversion is not 1.0")
        if text(headers, "content-type").partition(";")[0].strip() != "application/json":
            raise BadMessage("header content-type is not application/json")
        return cls(
            id=identity(headers),
            type=text(headers, "ce_type"),
            source=text(headers, "ce_source"),
            subject=text(headers, "ce_subject"),
            time=_time(headers),
            sequence=_sequence(headers),
            correlation_id=text(headers, "ce_correlationid"),
            traceparent=_traceparent(headers),
        )


@dataclass(frozen=True, slots=True)
class Received(Generic[E_co]):
    """An event as a consumer function gets it."""

    envelope: Envelope
    data: E_co


def unwrap(headers: Headers, value: bytes | None, model: type[E_co]) -> Received[E_co]:
    """Read a record; fields that the model does not know are newer than this reader and left out.

    Raises BadMessage with the reason.
    """
    envelope = Envelope.from_headers(headers)
    if value is None:
        raise BadMessage("value is null")
    if len(value) > MAX_VALUE_BYTES:
        raise BadMessage(f"value of {len(value)} bytes is larger than {MAX_VALUE_BYTES}")
    try:
        return Received(envelope, model.model_validate_json(value, extra="ignore"))
    except ValidationError as error:
        raise BadMessage(_what_is_wrong(error)) from None


def text(headers: Headers, name: str) -> str:
    """One header's text; without NUL, which PostgreSQL does not store. Raises BadMessage."""
    if (raw := headers.get(name)) is None:
        raise BadMessage(f"header {name} is missing")
    if b"\0" in raw:
        raise BadMessage(f"header {name} holds NUL")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadMessage(f"header {name} is not UTF-8") from None


def identity(headers: Headers) -> UUID:
    """The event's id. Raises BadMessage."""
    try:
        return UUID(text(headers, "ce_id"))
    except ValueError:
        raise BadMessage("header ce_id is not a UUID") from None


def _time(headers: Headers) -> datetime:
    try:
        time = datetime.fromisoformat(text(headers, "ce_time"))
    except ValueError:
        raise BadMessage("header ce_time is not an RFC 3339 time") from None
    if time.tzinfo is None:
        raise BadMessage("header ce_time has no offset")
    if not FIRST_YEAR <= time.year <= LAST_YEAR:  # beyond, no calendar of ours can reckon with it
        raise BadMessage(f"header ce_time is not between {FIRST_YEAR} and {LAST_YEAR}")
    return time


def _sequence(headers: Headers) -> int:
    digits = text(headers, "ce_sequence")
    if not re.fullmatch(r"[0-9]{1,18}", digits):
        raise BadMessage("header ce_sequence is not a number")
    return int(digits)


def _traceparent(headers: Headers) -> str:
    value = text(headers, "traceparent")
    if not TRACEPARENT.fullmatch(value):
        raise BadMessage("header traceparent is not a W3C trace parent")
    return value


def _what_is_wrong(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "value is not JSON"
    place = ".".join(_step(part) for part in first["loc"])
    return f"value does not fit its schema: {place} ({first['type']})"


def _step(part: int | str) -> str:
    """A position or a field's name; other keys come out of the value."""
    return str(part) if isinstance(part, int) or part.isidentifier() else "?"
