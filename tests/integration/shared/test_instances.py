"""Two processes that were given one instance id: both would consume while their commits fail."""

from shared.broker import Broker
from shared.consumer import Consumer
from shared.db import UnitOfWork
from shared.supervisor import Background
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted


def state(consumer: Consumer) -> str:
    return consumer.health.state


async def test_the_second_with_the_same_id_stands_by_and_takes_over(uow: UnitOfWork, broker: Broker) -> None:
    first, second = lab.consumer(uow, broker), lab.consumer(uow, broker)
    consuming = Background([first])
    await wait_until(lambda: state(first) == "ok", what="the first consuming")
    async with lab.running(second):
        await wait_until(lambda: state(second) == "standby", what="the second standing by")
        await wire.send(broker, wire.raw(Counted(number=1)))
        await lab.hears(uow, 1)
        assert state(second) == "standby"
        await consuming.end(within=10)
        await wire.send(broker, wire.raw(Counted(number=2)))
        await lab.hears(uow, 2)
        await wait_until(lambda: state(second) == "ok", what="the second consuming")
    assert await lab.heard(uow) == [1, 2]


async def test_two_with_their_own_ids_share_the_work(uow: UnitOfWork, broker: Broker) -> None:
    first, second = lab.consumer(uow, broker, instance="0"), lab.consumer(uow, broker, instance="1")
    keys = [f"key-{number}" for number in range(40)]
    async with lab.running(first, second):
        await wait_until(lambda: state(first) == state(second) == "ok", what="both consuming")
        for number in range(10):
            await wire.send(broker, *(wire.raw(Counted(number=number), key) for key in keys))
        await lab.hears(uow, 400)
    assert await lab.heard_per_key(uow) == {key: list(range(10)) for key in keys}
