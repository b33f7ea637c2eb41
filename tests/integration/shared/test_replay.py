"""What was set aside is handled after all, once, or is still bad and says why."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.broker import Broker
from shared.clock import Clock
from shared.consumer.replay import Outcome, Result
from shared.consumer.subscriptions import Subscriptions
from shared.db import Tx, UnitOfWork
from shared.envelope import BadMessage, Received
from shared.testing import wait_until
from tests.integration.shared import aside, lab, wire
from tests.integration.shared.models import Counted, Renamed
from tests.integration.shared.test_poison import POISON, with_own_id

HANDLED = Result(Outcome.HANDLED)
BLOCKED = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def refuse(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
    """A handler with a mistake, which it meets after it had an effect."""
    await lab.remember(tx, events, clock)
    raise BadMessage("unknown colour")


def numbers(*found: int) -> list[wire.Raw]:
    return [wire.raw(Counted(number=number)) for number in found]


async def test_a_mended_handler_hears_it_once_and_the_letter_leaves_the_topic(uow: UnitOfWork, broker: Broker) -> None:
    messages = await aside.refused(uow, broker, *numbers(1, 2), handler=refuse)
    assert [(one.state, one.topic, one.reason) for one in messages] == [("dead", "lab.count", "unknown colour")] * 2
    assert await aside.replayed(uow, messages) == [HANDLED, HANDLED]
    assert sorted(await lab.heard(uow)) == [1, 2]
    assert await aside.found(uow, broker) == []
    await aside.published(uow, broker)
    tombstones = (await wire.read(broker, lab.DEAD))[2:]
    assert [(one.key.decode(), one.value) for one in tombstones] == [(one.id, None) for one in messages]


async def test_replayed_twice_it_has_one_effect(uow: UnitOfWork, broker: Broker) -> None:
    messages = await aside.refused(uow, broker, *numbers(1), handler=refuse)
    await aside.replayed(uow, messages)
    before = await aside.everything(uow)
    assert await aside.replayed(uow, messages) == [Result(Outcome.SETTLED, "handled")]
    assert await aside.everything(uow) == before


async def test_two_replays_at_once_have_one_effect(uow: UnitOfWork, broker: Broker) -> None:
    """The first holds the row until the second waits for it."""
    [message] = await aside.refused(uow, broker, *numbers(1), handler=refuse)

    async def slow(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        await lab.remember(tx, events, clock)
        await wait_until(lambda: uow.pool.fetchval(BLOCKED), what="the other one waiting")

    results = await asyncio.gather(*(aside.replay(uow, slow).one(message) for _ in range(2)))
    assert sorted(result.outcome for result in results) == [Outcome.HANDLED, Outcome.SETTLED]
    assert await lab.heard(uow) == [1]


async def test_cut_off_in_the_middle_it_had_no_effect_and_is_handled_the_next_time(
    uow: UnitOfWork, broker: Broker
) -> None:
    messages = await aside.refused(uow, broker, *numbers(1), handler=refuse)
    begun = asyncio.Event()

    async def endless(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        await lab.remember(tx, events, clock)
        begun.set()
        await asyncio.Event().wait()

    before = await aside.everything(uow)
    cut_off = asyncio.create_task(aside.replay(uow, endless).one(messages[0]))
    await begun.wait()
    cut_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut_off
    assert await aside.everything(uow) == before
    assert await aside.replayed(uow, messages) == [HANDLED]
    assert await lab.heard(uow) == [1]


async def test_what_is_still_bad_says_why_and_nothing_changes(uow: UnitOfWork, broker: Broker) -> None:
    messages = await aside.refused(uow, broker, *numbers(1), handler=refuse)
    before = await aside.everything(uow)

    async def stumble(tx: Tx, events: Sequence[Received[Counted]], clock: Clock) -> None:
        await lab.remember(tx, events, clock)
        raise ZeroDivisionError("secret")

    [bad], [broken] = await aside.replayed(uow, messages, refuse), await aside.replayed(uow, messages, stumble)
    assert bad == Result(Outcome.STILL_BAD, "unknown colour")
    assert broken.outcome is Outcome.STILL_BAD
    assert broken.why.startswith("handler failed: ZeroDivisionError at test_replay.py:")
    assert await aside.everything(uow) == before
    assert await aside.found(uow, broker) == messages


async def test_every_poison_comes_back_as_it_was_sent_and_is_bad_for_the_same_reason(
    uow: UnitOfWork, broker: Broker
) -> None:
    sent = [with_own_id(bad, number) for number, (bad, _) in enumerate(POISON.values())]
    messages = await aside.refused(uow, broker, *sent, handler=lab.remember)
    for one, bad in zip(messages, sent, strict=True):
        assert one.letter
        assert (one.letter.key, one.letter.value) == (bad.key.encode(), bad.value)
        assert list(one.letter.headers) == [(name.replace("\0", "\u2400"), raw) for name, raw in bad.headers]
    assert [result.why for result in await aside.replayed(uow, messages)] == [reason for _, reason in POISON.values()]


async def test_an_id_that_belonged_to_another_is_a_message_of_its_own(uow: UnitOfWork, broker: Broker) -> None:
    first = wire.raw(Counted(number=1))
    other = first.valued(b'{"number": 2}')
    await wire.send(broker, first)
    [message] = await aside.refused(uow, broker, other, handler=lab.remember)
    assert message.id == f"lab.count/{message.partition}/{message.offset}"
    assert message.reason == "ce_id was used before with another value"
    assert await aside.replayed(uow, [message, message]) == [HANDLED, Result(Outcome.SETTLED, "handled")]
    assert await lab.heard(uow) == [1, 2]


async def test_a_type_that_nobody_listens_to_any_more_is_still_bad(uow: UnitOfWork, broker: Broker) -> None:
    messages = await aside.refused(uow, broker, *numbers(1), handler=refuse)
    others = Subscriptions()
    others.on(Renamed)(lab.remember)
    assert await aside.replayed(uow, messages, others) == [
        Result(Outcome.STILL_BAD, "nobody listens to its type any more")
    ]
    assert await aside.found(uow, broker) == messages


async def test_a_letter_that_waits_for_the_broker_is_replayed_too(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, *numbers(1))
    async with lab.running(lab.consumer(uow, broker, refuse)):
        await lab.dies(uow, 1)
    messages = await aside.found(uow, broker)
    assert await aside.replayed(uow, messages) == [HANDLED]
    assert await aside.found(uow, broker) == []
    await aside.published(uow, broker)
    assert [one.value is None for one in await wire.read(broker, lab.DEAD)] == [False, True]
    assert await aside.found(uow, broker) == []


async def test_a_rehearsal_tells_what_would_be_and_changes_nothing(uow: UnitOfWork, broker: Broker) -> None:
    [message] = await aside.refused(uow, broker, *numbers(1), handler=refuse)
    before = await aside.everything(uow)
    assert await aside.replay(uow, lab.double, rehearsal=True).one(message) == HANDLED
    assert (await aside.replay(uow, refuse, rehearsal=True).one(message)).why == "unknown colour"
    assert await aside.everything(uow) == before
    assert await aside.replayed(uow, [message], lab.double) == [HANDLED]


async def test_what_is_older_than_the_known_state_is_superseded(uow: UnitOfWork, broker: Broker) -> None:
    told = [wire.raw(Counted(number=number)).but("ce_sequence", b"%d" % number) for number in (5, 1, 7)]
    messages = await aside.refused(uow, broker, *told, handler=refuse)
    subscriptions = lab.listening()

    @subscriptions.newest(Counted)
    async def highest_heard(tx: Tx, event: Received[Counted]) -> int | None:
        found: int = await tx.fetchval("SELECT max(number) FROM heard WHERE key = $1", event.envelope.subject)
        return found

    results = await aside.replayed(uow, messages, subscriptions)
    assert [result.outcome for result in results] == [Outcome.HANDLED, Outcome.SUPERSEDED, Outcome.HANDLED]


async def test_a_letter_that_the_inbox_forgot_is_handled_once(uow: UnitOfWork, broker: Broker) -> None:
    """The database is an older copy."""
    await aside.refused(uow, broker, *numbers(1), handler=refuse)
    await uow.pool.execute("TRUNCATE inbox, outbox")
    [message] = await aside.found(uow, broker)
    assert (message.state, message.reason) == ("forgotten", "unknown colour")
    assert await aside.replayed(uow, [message, message]) == [HANDLED, Result(Outcome.SETTLED, "handled")]
    assert await lab.heard(uow) == [1]
    assert await aside.found(uow, broker) == []


async def test_a_message_whose_letter_is_gone_is_told_and_cannot_be_replayed(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, *numbers(1))
    async with lab.running(lab.consumer(uow, broker, refuse)):
        await lab.dies(uow, 1)
    await uow.pool.execute("DELETE FROM outbox")
    [message] = await aside.found(uow, broker)
    assert (message.state, message.letter) == ("dead", None)
    assert await aside.replayed(uow, [message]) == [Result(Outcome.STILL_BAD, "its letter is missing")]


async def test_hundreds_are_replayed_after_the_handler_was_mended(uow: UnitOfWork, broker: Broker) -> None:
    messages = await aside.refused(uow, broker, *numbers(*range(300)), handler=refuse)
    assert len(messages) == 300
    assert await aside.replayed(uow, messages) == [HANDLED] * 300
    assert sorted(await lab.heard(uow)) == list(range(300))
    await aside.published(uow, broker)
    assert await aside.found(uow, broker) == []
