"""The contracts in the form that other languages and tools read: JSON Schema 2020-12 and AsyncAPI 3.0."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from contracts.base import Event
from contracts.catalog import EVENTS
from contracts.topics import TOPICS, Topic

EXAMPLES = Path(__file__).with_name("examples")
SERVICES = sorted({service for topic in TOPICS for service in (topic.owner, *topic.consumers)})

Document = dict[str, Any]


class _ForReaders(GenerateJsonSchema):
    """Readers ignore unknown fields, so none is refused. A field's name is title enough."""

    def model_schema(self, schema: Any) -> Document:
        document = super().model_schema(schema)
        document.pop("additionalProperties", None)
        return document

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema(model: type[BaseModel]) -> Document:
    """The schema of an event's value, as its readers see it."""
    return {"$schema": GenerateJsonSchema.schema_dialect} | model.model_json_schema(schema_generator=_ForReaders)


def asyncapi(service: str) -> Document:
    """What one service sends and receives."""
    topics = [topic for topic in TOPICS if service in (topic.owner, *topic.consumers)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Punte: {service}",
            "version": "1.0.0",
            "description": f"What {service} sends and receives.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": dict(_operation(service, topic) for topic in topics),
        "components": {
            "messages": {event.ce_type: _message(event, topic) for topic in topics for event in _events(topic)},
            "messageTraits": {"cloudEvent": CLOUD_EVENT},
        },
    }


def _events(topic: Topic) -> list[type[Event]]:
    return [event for event in EVENTS.values() if event.topic == topic.name]


def _channel(topic: Topic) -> Document:
    names = [event.ce_type for event in _events(topic)]
    return {
        "address": topic.name,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": {"partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def _operation(service: str, topic: Topic) -> tuple[str, Document]:
    action = "send" if topic.owner == service else "receive"
    return f"{action}.{topic.name}", {"action": action, "channel": {"$ref": f"#/channels/{topic.name}"}}


def _message(event: type[Event], topic: Topic) -> Document:
    key = {"type": "string", "format": "uuid", "description": topic.key}
    return {
        "name": event.ce_type,
        "title": event.__name__,
        "summary": " ".join((event.__doc__ or "").split()),
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": f"../schemas/{event.ce_type}.json"},
        "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}},
        "examples": [_example(path) for path in sorted((EXAMPLES / event.ce_type).iterdir())],
    }


def _example(path: Path) -> Document:
    example = json.loads(path.read_text("utf-8"))
    return {"name": path.stem, "headers": example["headers"], "payload": example["value"]}


CLOUD_EVENT: Document = {
    "summary": "CloudEvents 1.0 in Kafka's binary mode: context in headers, the data alone as the value.",
    "contentType": "application/json",
    "correlationId": {"location": "$message.header#/ce_correlationid"},
    "headers": {
        "type": "object",
        "required": [
            "ce_specversion",
            "ce_id",
            "ce_type",
            "ce_source",
            "ce_subject",
            "ce_time",
            "ce_sequence",
            "ce_correlationid",
            "traceparent",
            "content-type",
        ],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "format": "uuid", "description": "UUIDv7; the same for a repeated delivery"},
            "ce_type": {"type": "string", "pattern": r"^punte\.[a-z]+\.[A-Za-z]+\.v[0-9]+$"},
            "ce_source": {"type": "string", "pattern": "^/punte/[a-z]+$"},
            "ce_subject": {"type": "string", "format": "uuid", "description": "the key: the aggregate's id"},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_sequence": {"type": "string", "pattern": "^[0-9]{12}$", "description": "+1 per event of topic and key"},
            "ce_correlationid": {"type": "string", "description": "of the request that began the story"},
            "traceparent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
            "content-type": {"const": "application/json"},
        },
    },
}
