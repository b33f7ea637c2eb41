"""What was once published is read for ever."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from contracts.base import Event
from contracts.catalog import EVENTS
from contracts.documents import json_schema
from contracts.topics import TOPICS
from shared.envelope import Envelope
from tests.contract.examples import EXAMPLES, FOLDER, Example

KEYS = {topic.name: topic.key for topic in TOPICS}

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=str)


def read(example: Example, value: Any) -> Event:
    return EVENTS[example.ce_type].model_validate_json(json.dumps(value), extra="ignore")


OPEN = {"case": {"reasons", "needs_decision"}}
"""Sentences: their `values` are open by design and keep what they are given."""


def with_unknown_fields(value: Any) -> Any:
    """The value as a later version may publish it: every object has a field more."""
    if isinstance(value, list):
        return [with_unknown_fields(item) for item in value]
    if isinstance(value, dict):
        return {name: with_unknown_fields(item) for name, item in value.items()} | {"of_a_later_version": "nou"}
    return value


@every_example
def test_an_example_is_read_without_loss(example: Example) -> None:
    assert read(example, example.value).model_dump(mode="json", exclude_unset=True) == example.value


@every_example
def test_an_example_is_read_with_unknown_fields(example: Example) -> None:
    known, later = read(example, example.value), read(example, with_unknown_fields(example.value))
    assert later.model_dump(exclude=OPEN) == known.model_dump(exclude=OPEN)


@every_example
def test_an_example_fits_its_schema_also_with_unknown_fields(example: Example) -> None:
    schema = json_schema(EVENTS[example.ce_type])
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    validator.validate(example.value)
    validator.validate(with_unknown_fields(example.value))


@every_example
def test_a_model_without_its_first_field_is_refused(example: Example) -> None:
    first = next(iter(EVENTS[example.ce_type].model_fields))
    with pytest.raises(ValidationError):
        read(example, {name: value for name, value in example.value.items() if name != first})


@every_example
def test_the_headers_are_those_of_the_envelope(example: Example) -> None:
    raw = {name: value.encode() for name, value in example.headers.items()}
    assert dict(Envelope.from_headers(raw).headers()) == example.headers


@every_example
def test_the_headers_name_the_event_its_owner_and_its_key(example: Example) -> None:
    event = EVENTS[example.ce_type]
    assert example.headers["ce_type"] == example.ce_type
    assert example.headers["ce_source"] == f"/punte/{event.topic.partition('.')[0]}"
    assert example.headers["ce_subject"] == key_of(example)


def key_of(example: Example) -> str:
    topic = EVENTS[example.ce_type].topic
    holder = "service" if topic == "capacity.service" else next(iter(EVENTS[example.ce_type].model_fields))
    key: str = example.value[holder][KEYS[topic]]
    return key


def test_every_event_has_an_example_and_every_example_an_event() -> None:
    assert {example.ce_type for example in EXAMPLES} == EVENTS.keys()


def test_examples_are_numbered_from_one() -> None:
    for folder in FOLDER.iterdir():
        names = sorted(path.name for path in folder.iterdir())
        numbers = [int(found[1]) for name in names if (found := re.fullmatch(r"(\d+)-[a-z0-9-]+\.json", name))]
        assert numbers == list(range(1, len(names) + 1)), folder.name


def test_a_confidential_service_has_no_row_name_or_authority() -> None:
    services = [example.value["offer"]["service"] for example in EXAMPLES if "offer" in example.value]
    confidential = [service for service in services if service["confidential"]]
    assert confidential
    for service in confidential:
        assert (service["row"], service["name"], service["authority"]) == (None, None, None)
