"""Everything on the topics but dead letters, from offset 0."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import TOPICS


@dataclass(frozen=True)
class Event:
    """A record as it was read. `topic` is without the prefix."""

    topic: str
    key: str
    headers: dict[str, str]
    value: bytes

    @property
    def name(self) -> str:
        """`CaseOpened` of `punte.triage.CaseOpened.v1`."""
        return self.headers["ce_type"].split(".")[2]

    @property
    def sequence(self) -> int:
        return int(self.headers["ce_sequence"])

    @property
    def correlation_id(self) -> str:
        return self.headers["ce_correlationid"]

    @property
    def trace_id(self) -> str:
        return self.headers["traceparent"].split("-")[1]

    @property
    def data(self) -> Any:
        return json.loads(self.value)


async def read_topics(kafka: str, prefix: str) -> list[Event]:
    """In order per topic and key; a repeated delivery appears once, where it first came."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return _first_deliveries(await _read(consumer, prefix))
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, prefix: str) -> list[Event]:
    partitions = [TopicPartition(prefix + topic.name, n) for topic in TOPICS for n in range(topic.partitions)]
    consumer.assign(partitions)  # first, or the broker would be asked about each topic by itself
    ends = {place: end for place, end in (await consumer.end_offsets(partitions)).items() if end}
    events: list[Event] = []
    while ends:
        for place, records in (await consumer.getmany(timeout_ms=200)).items():
            events += [_event(record, prefix) for record in records]
            if await consumer.position(place) >= ends.get(place, 0):
                ends.pop(place, None)
    return events


def _event(record: Any, prefix: str) -> Event:
    headers = {name: value.decode() for name, value in record.headers}
    return Event(record.topic.removeprefix(prefix), (record.key or b"").decode(), headers, record.value or b"")


def _first_deliveries(events: Iterable[Event]) -> list[Event]:
    by_id: dict[str, Event] = {}
    for event in events:
        by_id.setdefault(event.headers.get("ce_id", repr(event)), event)
    return list(by_id.values())


def sequences(events: Iterable[Event]) -> dict[tuple[str, str], list[int]]:
    """The numbers of the events of each topic and key, in the order of the topic."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        found[event.topic, event.key].append(event.sequence)
    return found
