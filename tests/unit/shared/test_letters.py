"""A letter gives back the record as it came, whatever that was."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from shared.consumer.letters import headers_of, letters_of, parsed
from shared.consumer.messages import Message, RawHeaders

NAMES = st.text(st.characters(exclude_characters="\0", codec="utf-8")) | st.sampled_from(
    ["dead_reason", "dead_value", "dead_key", "x.base64", "x.null", "x.base64.null", ".base64"]
)
HEADERS = st.lists(st.tuples(NAMES, st.none() | st.binary() | st.sampled_from([b"null", b"a\0b", b"\xff"])))
BYTES = st.none() | st.binary()


@dataclass
class Came:
    """A record."""

    key: bytes | None
    value: bytes | None
    headers: RawHeaders
    topic: str = "first.lab.count"
    partition: int = 3
    offset: int = 17


def written(came: Came, reason: str = "value is null") -> list[tuple[str, bytes | None]]:
    message = Message(came, "lab.count", "id", b"", problem=reason)
    return [(name, text.encode()) for name, text in headers_of(message)]


@given(BYTES, BYTES, HEADERS)
def test_key_value_and_headers_are_those_that_came(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    came = Came(key, value, headers)
    letter = parsed("id", written(came), came.value or b"")
    assert letter
    assert (letter.key, letter.value, list(letter.headers)) == (key, value, headers)
    assert (letter.id, letter.reason) == ("id", "value is null")
    assert (letter.topic, letter.partition, letter.offset) == ("lab.count", 3, 17)


@given(BYTES, BYTES, HEADERS)
def test_what_is_kept_can_be_stored_as_jsonb(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    assert not any("\0" in name or b"\0" in (raw or b"") for name, raw in written(Came(key, value, headers)))


def test_a_tombstone_is_no_letter() -> None:
    assert parsed("id", written(Came(None, b"{", [])), None) is None


@given(HEADERS)
def test_what_no_consumer_wrote_is_no_letter_and_stops_nobody(headers: list[tuple[str, bytes | None]]) -> None:
    about = [header for header in headers if not header[0].startswith("dead_")]
    assert parsed("id", about, b"{") is None
    assert parsed("id", [*about, ("dead_reason", None), ("dead_partition", b"one")], b"{") is None
    assert letters_of([Came(b"\xff", b"{", about)]) == {}
