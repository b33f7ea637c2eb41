"""Our own bugs: one bad event costs itself alone, ten in a row stop consumption before more is lost."""

from collections.abc import Sequence

from shared.broker import Broker
from shared.clock import Clock
from shared.db import Tx, UnitOfWork
from shared.envelope import BadMessage, Received
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted


def stumbling(*over: int, error: type[Exception] = ZeroDivisionError) -> lab.Handler:
    """A handler with a bug for these numbers, which it meets after it had an effect."""

    async def handler(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        await lab.remember(tx, events, clock)
        if any(event.data.number in over for event in events):
            raise error("secret")

    return handler


def numbers(*found: int) -> list[wire.Raw]:
    return [wire.raw(Counted(number=number)) for number in found]


async def test_one_that_the_handler_stumbles_over_is_set_aside_without_its_effect(
    uow: UnitOfWork, broker: Broker
) -> None:
    await wire.send(broker, *numbers(*range(20)))
    async with lab.running(lab.consumer(uow, broker, stumbling(7, 13))):
        await lab.hears(uow, 18)
    assert await lab.heard(uow) == [number for number in range(20) if number not in (7, 13)]
    reasons = (await lab.dead(uow)).values()
    assert len(reasons) == 2
    assert all(reason.startswith("handler failed: ZeroDivisionError at test_handler_bugs.py:") for reason in reasons)


async def test_a_handler_may_refuse_an_event_with_its_own_reason(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, *numbers(1, 2, 3))
    async with lab.running(lab.consumer(uow, broker, stumbling(2, error=BadMessage))):
        await lab.hears(uow, 2)
    assert list((await lab.dead(uow)).values()) == ["secret"]


async def test_after_ten_in_a_row_consumption_stops_and_a_mended_handler_consumes_the_rest(
    uow: UnitOfWork, broker: Broker
) -> None:
    await wire.send(broker, *numbers(*range(30)))
    consumer = lab.consumer(uow, broker, stumbling(*range(5, 30)), batch_size=3)
    async with lab.running(consumer):
        await wait_until(lambda: consumer.health.state == "stopped", what="consumption stopped")
    assert "bug" in consumer.health.reason
    assert await lab.heard(uow) == [0, 1, 2, 3, 4]
    assert len(await lab.dead(uow)) == 9
    assert await wire.committed(broker, lab.SERVICE) <= 14

    async with lab.running(lab.consumer(uow, broker)):
        await lab.hears(uow, 30 - 9)
    assert await lab.heard(uow) == [*range(5), *range(14, 30)]


async def test_nine_in_a_row_and_one_that_works_are_no_reason_to_stop(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, *numbers(*range(21)))
    consumer = lab.consumer(uow, broker, stumbling(*range(9), *range(10, 19)))
    async with lab.running(consumer):
        await lab.hears(uow, 3)
        assert consumer.health.state == "ok"
    assert await lab.heard(uow) == [9, 19, 20]
    assert len(await lab.dead(uow)) == 18
