"""The AsyncAPI documents: whole, and in agreement with topics, schemas, examples and the envelope."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from contracts.catalog import EVENTS
from contracts.documents import SERVICES
from contracts.generate import FOLDER
from contracts.topics import TOPICS
from tests.contract.examples import EXAMPLES

ASYNCAPI = FOLDER / "asyncapi"


@cache
def read(path: Path) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)


DOCUMENTS = {service: read(ASYNCAPI / f"{service}.yaml") for service in SERVICES}

every_service = pytest.mark.parametrize("service", SERVICES)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for item in node.values():
            yield from references(item)


def follow(reference: str, path: Path) -> Any:
    """What a reference in the file `path` leads to; KeyError or FileNotFoundError where nowhere."""
    file, _, pointer = reference.partition("#")
    node = read((path.parent / file).resolve()) if file else read(path)
    for step in pointer.split("/")[1:]:
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


@every_service
def test_every_reference_resolves(service: str) -> None:
    path = ASYNCAPI / f"{service}.yaml"
    found = set(references(read(path)))
    assert found
    for reference in found:
        assert follow(reference, path), reference


def test_every_reference_of_the_schemas_resolves() -> None:
    for path in (FOLDER / "schemas").iterdir():
        for reference in set(references(read(path))):
            assert follow(reference, path), reference


@every_service
def test_a_service_sends_what_it_owns_and_receives_what_it_consumes(service: str) -> None:
    said = {
        (operation["action"], operation["channel"]["$ref"].removeprefix("#/channels/"))
        for operation in DOCUMENTS[service]["operations"].values()
    }
    sent = {("send", topic.name) for topic in TOPICS if topic.owner == service}
    received = {("receive", topic.name) for topic in TOPICS if service in topic.consumers}
    assert said == sent | received


@every_service
def test_a_channel_carries_the_events_of_its_topic(service: str) -> None:
    for name, channel in DOCUMENTS[service]["channels"].items():
        assert channel["address"] == name
        assert channel["messages"].keys() == {ce_type for ce_type, event in EVENTS.items() if event.topic == name}


@every_service
def test_every_message_shows_all_its_examples(service: str) -> None:
    for ce_type, message in DOCUMENTS[service]["components"]["messages"].items():
        shown = [(example["headers"], example["payload"]) for example in message["examples"]]
        assert shown == [(example.headers, example.value) for example in EXAMPLES if example.ce_type == ce_type]


@every_service
def test_every_example_fits_the_headers_and_the_payload_that_its_message_names(service: str) -> None:
    document = DOCUMENTS[service]
    headers = Draft202012Validator(document["components"]["messageTraits"]["cloudEvent"]["headers"])
    for message in document["components"]["messages"].values():
        payload = Draft202012Validator(follow(message["payload"]["$ref"], ASYNCAPI / f"{service}.yaml"))
        for example in message["examples"]:
            headers.validate(example["headers"])
            payload.validate(example["payload"])


@every_service
def test_the_headers_are_all_described_and_all_required(service: str) -> None:
    described = DOCUMENTS[service]["components"]["messageTraits"]["cloudEvent"]["headers"]
    assert set(described["required"]) == described["properties"].keys()
    for example in EXAMPLES:
        assert example.headers.keys() == described["properties"].keys()


def test_a_broken_reference_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(json.dumps({"a": {"$ref": "#/b/c"}, "b": {}}), "utf-8")
    [reference] = references(read(path))
    with pytest.raises(KeyError):
        follow(reference, path)
