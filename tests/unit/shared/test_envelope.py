"""CloudEvents in headers, JSON in the value: what was put in comes out, and what is wrong is named."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.envelope import MAX_VALUE_BYTES, BadMessage, Envelope, Headers, Received, unwrap

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FINE: dict[str, bytes | None] = {
    "ce_specversion": b"1.0",
    "ce_id": b"01890a5d-ac96-774b-bcce-b302099a8057",
    "ce_type": b"test.lab.Painted.v1",
    "ce_source": b"/punte/lab",
    "ce_subject": b"k",
    "ce_time": b"2025-01-15T10:00:00+00:00",
    "ce_sequence": b"000000000007",
    "ce_correlationid": b"c-1",
    "traceparent": TRACE.encode(),
    "content-type": b"application/json",
}


class Layer(BaseModel):
    thickness: int


class Painted(BaseModel):
    ce_type: ClassVar[str] = "test.lab.Painted.v1"
    topic: ClassVar[str] = "lab.paint"

    colour: str
    layers: list[Layer] = []
    names: dict[str, int] = {}


class Strict(Painted, extra="forbid"):
    """As contracts are declared."""


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=3))])
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=texts,
    source=texts,
    subject=texts,
    time=st.builds(datetime.fromtimestamp, st.floats(0, 1e9), ZONES),
    sequence=st.integers(0, 10**12),
    correlation_id=texts,
    traceparent=st.just(TRACE),
)


def encoded(envelope: Envelope) -> dict[str, bytes | None]:
    return {name: text.encode() for name, text in envelope.headers()}


def reason(headers: Headers = FINE, value: bytes | None = b'{"colour": "red"}') -> str:
    with pytest.raises(BadMessage) as caught:
        unwrap(headers, value, Painted)
    return caught.value.reason


@given(envelopes)
def test_an_envelope_survives_its_headers(envelope: Envelope) -> None:
    assert Envelope.from_headers(encoded(envelope)) == envelope


@given(envelopes, texts)
def test_an_event_survives_the_wire(envelope: Envelope, colour: str) -> None:
    event = Painted(colour=colour, layers=[Layer(thickness=1)])
    assert unwrap(encoded(envelope), event.model_dump_json().encode(), Painted) == Received(envelope, event)


@given(st.dictionaries(st.sampled_from(sorted(FINE)), st.none() | st.binary(max_size=40)), st.none() | st.binary())
def test_whatever_comes_is_read_or_refused(changed: dict[str, bytes | None], value: bytes | None) -> None:
    with suppress(BadMessage):
        assert unwrap(FINE | changed, value, Painted)


@pytest.mark.parametrize("name", FINE)
def test_a_missing_header_is_named(name: str) -> None:
    assert reason({known: value for known, value in FINE.items() if known != name}) == f"header {name} is missing"
    assert reason(FINE | {name: None}) == f"header {name} is missing"


@pytest.mark.parametrize("name", FINE)
def test_a_header_that_is_no_text_is_named(name: str) -> None:
    assert reason(FINE | {name: b"\xff"}) == f"header {name} is not UTF-8"
    assert reason(FINE | {name: b"a\0"}) == f"header {name} holds NUL"


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("ce_specversion", b"2.0", "header ce_specversion is not 1.0"),
        ("content-type", b"text/plain", "header content-type is not application/json"),
        ("ce_id", b"12", "header ce_id is not a UUID"),
        ("ce_time", b"yesterday", "header ce_time is not an RFC 3339 time"),
        ("ce_time", b"2025-01-15T10:00:00", "header ce_time has no offset"),
        ("ce_time", b"0001-01-01T00:00:00+00:00", "header ce_time is not between 1900 and 2199"),
        ("ce_sequence", b"-1", "header ce_sequence is not a number"),
        ("ce_sequence", b"9" * 19, "header ce_sequence is not a number"),
        ("ce_sequence", "٣".encode(), "header ce_sequence is not a number"),
        ("traceparent", b"00-0-0-01", "header traceparent is not a W3C trace parent"),
        (
            "traceparent",
            TRACE.replace("b7ad6b7169203331", "0" * 16).encode(),
            "header traceparent is not a W3C trace parent",
        ),
    ],
)
def test_a_header_that_makes_no_sense_is_named(name: str, value: bytes, wrong: str) -> None:
    assert reason(FINE | {name: value}) == wrong


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (None, "value is null"),
        (b"", "value is not JSON"),
        (b"{", "value is not JSON"),
        (b"[]", "value does not fit its schema:  (model_type)"),
        (b"{}", "value does not fit its schema: colour (missing)"),
        (
            b'{"colour": "red", "layers": [{"thickness": "x"}]}',
            "value does not fit its schema: layers.0.thickness (int_parsing)",
        ),
        (
            b'{"colour": "red", "names": {"Ana Pop\\u0000": "x"}}',
            "value does not fit its schema: names.? (int_parsing)",
        ),
        (b" " * (MAX_VALUE_BYTES + 1), f"value of {MAX_VALUE_BYTES + 1} bytes is larger than {MAX_VALUE_BYTES}"),
    ],
)
def test_a_value_that_makes_no_sense_is_explained_without_its_content(value: bytes | None, wrong: str) -> None:
    assert reason(value=value) == wrong


def test_a_value_of_the_limit_is_read() -> None:
    padding = MAX_VALUE_BYTES - len(b'{"colour":""}')
    assert unwrap(FINE, b'{"colour":"' + b"x" * padding + b'"}', Painted).data.colour == "x" * padding


def test_fields_newer_than_the_reader_are_left_out_even_where_its_model_forbids_them() -> None:
    value = b'{"colour": "red", "gloss": 3, "layers": [{"thickness": 1, "gloss": 3}]}'
    assert unwrap(FINE, value, Strict).data == Strict(colour="red", layers=[Layer(thickness=1)])


def test_parameters_of_the_content_type_do_not_matter() -> None:
    assert unwrap(FINE | {"content-type": b"application/json; charset=utf-8"}, b'{"colour": "red"}', Painted)


def test_ids_are_read_as_they_are_written() -> None:
    assert Envelope.from_headers(FINE).id == UUID("01890a5d-ac96-774b-bcce-b302099a8057")
