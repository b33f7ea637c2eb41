"""What a compacted topic holds is read from a slow broker too; of one that cannot be read we say so."""

from collections.abc import AsyncIterator
from time import monotonic

import pytest

from shared.broker import Broker
from shared.consumer import compacted
from shared.consumer.compacted import CouldNotRead, read_compacted
from tests.infrastructure import free_base
from tests.integration.shared import lab, wire
from tests.integration.shared.wire import Raw
from tests.proxy import BrokerProxy

TOPIC = lab.DEAD.name


@pytest.fixture
async def proxy(broker: Broker) -> AsyncIterator[BrokerProxy]:
    proxy = BrokerProxy(int(broker.bootstrap.rpartition(":")[2]), free_base())
    await proxy.connect()
    yield proxy
    await proxy.cut()


@pytest.fixture
def seen(proxy: BrokerProxy, broker: Broker) -> Broker:
    """The broker as it is seen through the proxy."""
    return Broker(proxy.address, broker.prefix)


def written(key: str, value: bytes | None) -> Raw:
    return Raw(TOPIC, key, value, ())


async def read(broker: Broker) -> dict[str, bytes]:
    return {record.key.decode(): record.value for record in (await read_compacted(broker, [TOPIC]))[TOPIC]}


async def test_an_empty_topic_holds_nothing(broker: Broker) -> None:
    assert await read(broker) == {}


async def test_the_last_of_each_key_is_held_until_its_tombstone(broker: Broker) -> None:
    await wire.send(broker, *(written(key, b"first") for key in "abc"), written("a", b"second"), written("b", None))
    assert await read(broker) == {"a": b"second", "c": b"first"}


async def test_large_records_are_read_whole(broker: Broker) -> None:
    """As large as a dead letter may be, and more in all than one fetch takes."""
    large = {str(number): bytes([number]) * 1_000_000 for number in range(6)}
    await wire.send(broker, *(written(key, value) for key, value in large.items()))
    assert await read(broker) == large


async def test_a_slow_broker_is_read(broker: Broker, proxy: BrokerProxy, seen: Broker) -> None:
    await wire.send(broker, written("a", b"x"))
    proxy.latency = 0.1
    begun = monotonic()
    assert await read(seen) == {"a": b"x"}
    assert monotonic() - begun > 8 * proxy.latency


async def test_a_broker_that_is_away_could_not_be_read(proxy: BrokerProxy, seen: Broker) -> None:
    await proxy.cut()
    with pytest.raises(CouldNotRead, match="KafkaConnectionError"):
        await read(seen)


async def test_a_broker_that_is_silent_could_not_be_read(
    proxy: BrokerProxy, seen: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacted, "SILENCE_SECONDS", 0.5)
    proxy.stall()
    with pytest.raises(CouldNotRead, match=r"no answer within 0 s"):
        await read(seen)


async def test_a_topic_that_is_not_there_could_not_be_read(broker: Broker) -> None:
    with pytest.raises(CouldNotRead, match=r"the broker has no elsewhere\.lab\.count\.lab\.dlq"):
        await read(Broker(broker.bootstrap, "elsewhere."))
