"""The consumer of `shared`, as every service has it."""

import asyncio
from collections.abc import Sequence

from shared.broker import Broker
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Tx, UnitOfWork, open_pool
from shared.envelope import Received
from shared.health import Health
from shared.outbox import Outgoing, publish
from tests.bench.opponents.hop import Place, main
from tests.integration.shared import lab
from tests.integration.shared.models import Counted, Doubled


async def double(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
    now = clock.now()
    await tx.execute(
        "INSERT INTO heard SELECT *, $4 FROM unnest($1::uuid[], $2::text[], $3::int[])",
        [event.envelope.id for event in events],
        [event.envelope.subject for event in events],
        [event.data.number for event in events],
        now,
    )
    await tx.execute(
        "INSERT INTO doubled SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])",
        [event.envelope.id for event in events],
        [event.data.number * 2 for event in events],
        [event.data.note for event in events],
    )
    await publish(tx, [told(event) for event in events], now)


def told(event: Received[Counted]) -> Outgoing:
    heard = event.envelope
    data = Doubled(number=event.data.number * 2)
    return Outgoing(data, heard.subject, heard.sequence, heard.correlation_id, heard.traceparent)


async def consume(place: Place) -> None:
    uow = UnitOfWork(await open_pool(place.dsn))
    broker = Broker(place.kafka, place.prefix)
    consumer = Consumer(uow, Health(place.group, "consumer"), broker, lab.listening(double))
    await consumer.run(asyncio.Event())


if __name__ == "__main__":
    main(consume)
