"""A consumer ends in good order, and sees what it must see, with and without a broker."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prometheus_client import REGISTRY

from shared.broker import Broker
from shared.consumer import Consumer, subscriber
from shared.db import UnitOfWork
from shared.supervisor import Background
from shared.testing import wait_until
from tests.infrastructure import free_base
from tests.integration.shared import lab
from tests.proxy import BrokerProxy

WATCH_SECONDS = 0.05
END_LOCK_HOLDERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
async def proxy(broker: Broker) -> AsyncIterator[BrokerProxy]:
    """Between the consumer and the broker."""
    proxy = BrokerProxy(int(broker.bootstrap.rpartition(":")[2]), free_base())
    await proxy.connect()
    yield proxy
    await proxy.cut()


@pytest.fixture
def watched(uow: UnitOfWork, broker: Broker, proxy: BrokerProxy, monkeypatch: pytest.MonkeyPatch) -> Consumer:
    """It looks after its lock and its lag many times a second."""
    monkeypatch.setattr(subscriber, "WATCH_SECONDS", WATCH_SECONDS)
    return lab.consumer(uow, Broker(proxy.address, broker.prefix))


async def lose_broker(proxy: BrokerProxy, broker: Broker) -> None:
    """Once the lag is known of every partition; returns when the consumer has looked again."""
    topic = broker.prefix + lab.COUNT.name
    labels = [{"service": lab.SERVICE, "topic": topic, "partition": str(p)} for p in range(lab.COUNT.partitions)]
    await wait_until(
        lambda: all(REGISTRY.get_sample_value("punte_consumer_lag", of) is not None for of in labels),
        what="the lag of all partitions",
    )
    await proxy.cut()
    await asyncio.sleep(10 * WATCH_SECONDS)


async def test_a_clean_end_is_no_trouble(uow: UnitOfWork, broker: Broker) -> None:
    consumer = lab.consumer(uow, broker)
    async with lab.running(consumer):
        await wait_until(lambda: consumer.health.state == "ok", what="the consumer consuming")
    assert (consumer.health.state, consumer.health.reason) == ("ok", "")


async def test_a_process_ends_promptly_while_the_broker_is_away(
    watched: Consumer, broker: Broker, proxy: BrokerProxy
) -> None:
    background = Background([watched])
    await lose_broker(proxy, broker)
    begun = asyncio.get_running_loop().time()
    await background.end(within=15)
    assert asyncio.get_running_loop().time() - begun < 5


async def test_a_lost_lock_is_noticed_while_the_broker_is_away(
    watched: Consumer, uow: UnitOfWork, broker: Broker, proxy: BrokerProxy
) -> None:
    async with lab.running(watched):
        await lose_broker(proxy, broker)
        assert await uow.pool.fetchval(END_LOCK_HOLDERS) == 1
        await wait_until(lambda: watched.health.state == "degraded", what="the lost lock noticed")
