"""Each message has its effect once, in the order of its key."""

from shared.broker import Broker
from shared.db import UnitOfWork
from shared.ids import uuid7
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted

KEYS = [f"key-{number}" for number in range(40)]


async def test_order_is_kept_per_key_over_many_keys_and_batches(uow: UnitOfWork, broker: Broker) -> None:
    for number in range(1, 31):
        await lab.tell(uow, *(lab.counted(number, key) for key in KEYS))
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker, batch_size=50)):
        await lab.hears(uow, 30 * len(KEYS))
    assert await lab.heard_per_key(uow) == {key: list(range(1, 31)) for key in KEYS}


async def test_a_repeated_id_has_one_effect_in_one_batch_and_over_batches(uow: UnitOfWork, broker: Broker) -> None:
    first = wire.raw(Counted(number=1))
    async with lab.running(lab.consumer(uow, broker)):
        await wire.send(broker, first, first, wire.raw(Counted(number=2)))
        await lab.hears(uow, 2)
        await wire.send(broker, first, wire.raw(Counted(number=3)))
        await lab.hears(uow, 3)
    assert await lab.heard(uow) == [1, 2, 3]
    assert await lab.dead(uow) == {}


async def test_a_repeated_id_with_another_body_is_set_aside(uow: UnitOfWork, broker: Broker) -> None:
    event_id = uuid7()
    async with lab.running(lab.consumer(uow, broker)):
        await wire.send(broker, wire.raw(Counted(number=1), event_id=event_id))
        await lab.hears(uow, 1)
        await wire.send(broker, wire.raw(Counted(number=2), event_id=event_id), wire.raw(Counted(number=3)))
        await lab.hears(uow, 2)
    assert await lab.heard(uow) == [1, 3]
    assert list((await lab.dead(uow)).values()) == ["ce_id was used before with another value"]
    assert await uow.pool.fetchval("SELECT state FROM inbox WHERE id = $1", str(event_id)) == "handled"


async def test_what_was_set_aside_comes_again_and_is_not_set_aside_twice(uow: UnitOfWork, broker: Broker) -> None:
    bad, good = wire.raw(Counted(number=1)).valued(b"{"), wire.raw(Counted(number=2))
    async with lab.running(lab.consumer(uow, broker)):
        await wire.send(broker, bad, bad, good)
        await lab.hears(uow, 1)
    assert await lab.dead(uow) == {bad.id: "value is not JSON"}
    assert await uow.pool.fetchval("SELECT count(*) FROM outbox WHERE topic = $1", lab.DEAD.name) == 1
