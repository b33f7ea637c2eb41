"""aiokafka and asyncpg alone, 200 messages at a time: nothing is checked, retried or set aside."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer

from tests.bench.opponents import rows
from tests.bench.opponents.hop import TOPIC, Place, main

INBOX = """
INSERT INTO inbox (id, digest, state, topic, partition, "offset", received_at)
SELECT id, digest, 'handled', topic, partition, "offset", received_at
FROM unnest($1::text[], $2::bytea[], $3::text[], $4::int[], $5::bigint[], $6::timestamptz[])
     AS message (id, digest, topic, partition, "offset", received_at)
ON CONFLICT DO NOTHING RETURNING id
"""
HEARD = "INSERT INTO heard SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[])"
DOUBLED = "INSERT INTO doubled SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])"
OUTBOX = """
INSERT INTO outbox (event_id, topic, key, sequence, headers, value, created_at)
SELECT event_id, topic, key, sequence, headers::jsonb, value, created_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[], $7::timestamptz[])
     AS event (event_id, topic, key, sequence, headers, value, created_at)
"""


async def consume(place: Place) -> None:
    connection = await asyncpg.connect(place.dsn)
    consumer = AIOKafkaConsumer(
        place.prefix + TOPIC.name,
        bootstrap_servers=place.kafka,
        group_id=place.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    while True:
        batches = await consumer.getmany(timeout_ms=200, max_records=200)
        if records := [record for batch in batches.values() for record in batch]:
            async with connection.transaction():
                await store(connection, records)
            await consumer.commit()


async def store(connection: "asyncpg.Connection[asyncpg.Record]", records: Sequence[Any]) -> None:
    now = datetime.now(UTC)
    headers = [{name: value.decode() for name, value in record.headers} for record in records]
    entries = [rows.inbox(record, about, now) for record, about in zip(records, headers, strict=True)]
    new = {row["id"] for row in await connection.fetch(INBOX, *columns(entries))}
    events = [
        (about, json.loads(record.value))
        for record, about in zip(records, headers, strict=True)
        if about["ce_id"] in new
    ]
    heard = [rows.heard(about, data["number"], now) for about, data in events]
    doubled = [rows.doubled(about, data["number"], data["note"]) for about, data in events]
    await connection.execute(HEARD, *columns(heard))
    await connection.execute(DOUBLED, *columns(doubled))
    await connection.execute(OUTBOX, *columns([rows.outbox(about, data["number"], now) for about, data in events]))


def columns(entries: Sequence[rows.Row]) -> list[tuple[Any, ...]]:
    return list(zip(*entries, strict=True))


if __name__ == "__main__":
    main(consume)
