"""A FastStream subscriber as its documentation teaches it: one message, one transaction, one commit."""

from datetime import UTC, datetime

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker

from tests.bench.opponents import rows
from tests.bench.opponents.hop import TOPIC, Place, main
from tests.integration.shared.models import Counted

INBOX = """
INSERT INTO inbox (id, digest, state, topic, partition, "offset", received_at)
VALUES ($1, $2, 'handled', $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true
"""
HEARD = "INSERT INTO heard VALUES ($1, $2, $3, $4)"
DOUBLED = "INSERT INTO doubled VALUES ($1, $2, $3)"
OUTBOX = """
INSERT INTO outbox (event_id, topic, key, sequence, headers, value, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def consume(place: Place) -> None:
    pool = await asyncpg.create_pool(place.dsn)
    broker = KafkaBroker(place.kafka, logger=None)

    @broker.subscriber(
        place.prefix + TOPIC.name,
        group_id=place.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def double(event: Counted) -> None:
        message = broker.context.get_local("message")  # as a parameter it would cost a thread's round trip
        now, headers = datetime.now(UTC), message.headers
        async with pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(INBOX, *rows.inbox(message.raw_message, headers, now)):
                await connection.execute(HEARD, *rows.heard(headers, event.number, now))
                await connection.execute(DOUBLED, *rows.doubled(headers, event.number, event.note))
                await connection.execute(OUTBOX, *rows.outbox(headers, event.number, now))

    await FastStream(broker, logger=None).run()


if __name__ == "__main__":
    main(consume)
