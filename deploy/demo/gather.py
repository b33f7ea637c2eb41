"""Reads the evidence: four databases, every topic from its first offset, every log."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.demo.evidence import Evidence, Record, Tables, Taken
from deploy.local.env import SERVICES

IN_FLIGHT = timedelta(seconds=1)
"""No transaction takes longer: what began before has been committed, or never will be."""


async def gather(env: Mapping[str, str], log_folder: Path, taken: Sequence[Taken]) -> Evidence:
    """`env` is the environment of the stack. Topics are read after the databases, so that they hold all that these say
    was published."""
    at = datetime.now(UTC) - IN_FLIGHT
    databases = {service: await tables(env[f"PUNTE_{service.upper()}_DSN"]) for service in SERVICES}
    records = await all_records(env["PUNTE_KAFKA"])
    logs = await asyncio.to_thread(all_logs, log_folder)
    return Evidence(at, databases, records, logs, taken)


def all_logs(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8", errors="replace") for file in folder.iterdir()}


async def tables(dsn: str) -> Tables:
    """Every table of the database, whole; JSON columns as Python objects."""
    connection = await asyncpg.connect(dsn)
    try:
        for name in ("json", "jsonb"):
            await connection.set_type_codec(name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name: [dict(row) for row in await connection.fetch(f'TABLE "{name}"')] for (name,) in names}
    finally:
        await connection.close()


async def all_records(kafka: str) -> list[Record]:
    """Every record that is there now, by topic, partition and offset; without a group, so that nobody notices."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = await all_partitions(kafka)
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        return [as_record(record) for record in await up_to(consumer, ends)]
    finally:
        await consumer.stop()


async def all_partitions(kafka: str) -> list[TopicPartition]:
    """Of all topics but Kafka's own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        topics = await admin.describe_topics()
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in topics
        for partition in topic["partitions"]
        if not topic["is_internal"]
    ]


async def up_to(consumer: Any, ends: Mapping[TopicPartition, int]) -> list[Any]:
    """Asked partition by partition, since a position moves only when somebody asks."""
    found: list[Any] = []
    for partition, end in sorted(ends.items()):
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(partition, timeout_ms=1000)).values():
                found.extend(record for record in records if record.offset < end)
    return found


def as_record(raw: Any) -> Record:
    headers = {name: (value or b"").decode(errors="replace") for name, value in raw.headers}
    key, value = ((part or b"").decode(errors="replace") for part in (raw.key, raw.value))
    return Record(raw.topic, raw.partition, raw.offset, key, headers, value)
