"""A record on which the Kafka client itself fails holds the consumer up while it lies there, and loses nothing."""

import asyncio
import os
import sys

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from shared.broker import Broker
from shared.db import UnitOfWork
from shared.health import Health, State
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

UNREADABLE = """
import asyncio, sys
from aiokafka import AIOKafkaProducer

class Name(str):
    def encode(self, *_):
        return b"\\xff\\xfe"

async def main(bootstrap, topic):
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        await producer.send_and_wait(topic, b"{}", partition=0, headers=[(Name("name"), b"x")])

asyncio.run(main(*sys.argv[1:]))
"""
"""Sends a record whose header's name is no text; the client's own C extension would refuse to."""


class Watched(Health):
    """Counts the tries to consume: one may fail too soon to be seen."""

    tries = 0

    def set(self, state: State, reason: str = "") -> None:
        super().set(state, reason)
        self.tries += state == "ok"


async def test_what_lies_beside_an_unreadable_record_is_handled_once_it_is_gone(
    uow: UnitOfWork, broker: Broker
) -> None:
    await send_unreadable(broker)
    consumer = lab.consumer(uow, broker)
    health = consumer.health = Watched(lab.SERVICE, "consumer")
    async with lab.running(consumer):
        for meeting in (1, 2):  # the client's wrapper reports an error once per process
            await wait_until(lambda: health.state == "degraded", what="the record met")
            await wire.send(broker, *(wire.raw(Counted(number=20 * meeting + n), f"k{n}") for n in range(20)))
            await another_try(health)
        await delete_unreadable(broker)
        await lab.hears(uow, 40, within=60)
    assert sorted(await lab.heard(uow)) == list(range(20, 60))


async def another_try(health: Watched) -> None:
    before = health.tries
    await wait_until(lambda: health.tries > before, what="another try")


async def send_unreadable(broker: Broker) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        UNREADABLE,
        broker.bootstrap,
        broker.prefix + Counted.topic,
        env={**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"},
    )
    assert await process.wait() == 0


async def delete_unreadable(broker: Broker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    try:
        place = TopicPartition(broker.prefix + Counted.topic, 0)
        await admin.delete_records({place: RecordsToDelete(before_offset=1)})
    finally:
        await admin.close()
