"""A message is given up by name and with a reason, and remembered for ever."""

from datetime import timedelta

from shared.broker import Broker
from shared.consumer import settling
from shared.consumer.replay import Outcome, Result
from shared.db import UnitOfWork
from shared.health import Health
from shared.retention import Retention
from tests.integration.shared import aside, lab, wire
from tests.integration.shared.models import Counted

BAD = wire.raw(Counted(number=1)).valued(b"{")


async def test_a_deleted_message_is_gone_from_the_topic_and_its_row_says_who_and_why(
    uow: UnitOfWork, broker: Broker
) -> None:
    [message] = await aside.refused(uow, broker, BAD, handler=lab.remember)
    assert await settling.delete(uow, lab.SERVICE, message, "Ana Pop", "a test of the partner")
    assert await aside.found(uow, broker) == []
    [deleted] = await aside.found(uow, broker, message.id)
    assert (deleted.state, deleted.settled_by, deleted.note) == ("deleted", "Ana Pop", "a test of the partner")
    assert deleted.reason == "value is not JSON"
    assert deleted.settled_at
    await aside.published(uow, broker)
    assert [one.value for one in await wire.read(broker, lab.DEAD)] == [b"{", None]


async def test_what_was_deleted_is_neither_deleted_again_nor_replayed(uow: UnitOfWork, broker: Broker) -> None:
    [message] = await aside.refused(uow, broker, BAD.valued(b'{"number": 1}'), handler=refusing)
    await settling.delete(uow, lab.SERVICE, message, "Ana Pop", "a test of the partner")
    before = await aside.everything(uow)
    assert not await settling.delete(uow, lab.SERVICE, message, "Dan", "no reason")
    assert await aside.replayed(uow, [message]) == [Result(Outcome.SETTLED, "deleted")]
    assert await aside.everything(uow) == before


async def refusing(*_: object) -> None:
    raise ZeroDivisionError


async def test_the_same_message_that_comes_again_has_no_effect(uow: UnitOfWork, broker: Broker) -> None:
    record = BAD.valued(b'{"number": 1}')
    [message] = await aside.refused(uow, broker, record, handler=refusing)
    await settling.delete(uow, lab.SERVICE, message, "Ana Pop", "a test of the partner")
    await wire.send(broker, record, wire.raw(Counted(number=2)))
    async with lab.running(lab.consumer(uow, broker)):
        await lab.hears(uow, 1)
    assert await lab.heard(uow) == [2]


async def test_deleted_rows_are_kept_for_ever_and_replayed_ones_for_thirty_days_more(
    uow: UnitOfWork, broker: Broker
) -> None:
    first, second = await aside.refused(
        uow, broker, *(wire.raw(Counted(number=n)).valued(b'{"number": 1}') for n in range(2)), handler=refusing
    )
    await settling.delete(uow, lab.SERVICE, first, "Ana Pop", "a test of the partner")
    await uow.pool.execute("UPDATE inbox SET received_at = received_at - interval '900 days'")
    await aside.replayed(uow, [second])
    retention = Retention(uow, Health(lab.SERVICE, "retention"))
    await retention.round(uow.clock.now() + timedelta(days=29))
    assert await kept(uow) == {first.id, second.id}
    await retention.round(uow.clock.now() + timedelta(days=31))
    assert await kept(uow) == {first.id}


async def kept(uow: UnitOfWork) -> set[str]:
    return {row["id"] for row in await uow.pool.fetch("SELECT id FROM inbox")}
