"""The broker can be cut off, or tests of its absence would prove nothing."""

from deploy.local.ports import port
from shared import broker
from tests.infrastructure import Infrastructure, free_base
from tests.proxy import BrokerProxy


async def test_the_broker_is_reached_through_the_proxy_until_it_is_cut(
    infrastructure: Infrastructure, topic_prefix: str
) -> None:
    proxy = BrokerProxy(int(infrastructure.kafka.rpartition(":")[2]), port(free_base(), "kafka"))
    await proxy.connect()
    await broker.create_topics(proxy.address, [broker.TopicSpec("proxied")], topic_prefix)
    assert await broker.reachable(proxy.address)
    await proxy.cut()
    assert not await broker.reachable(proxy.address)
