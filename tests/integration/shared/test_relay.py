"""From the outbox to the broker: one relay at a time, in order, at least once."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator

import asyncpg
import pytest
from aiokafka.errors import KafkaError

from shared.broker import Broker, create_topics
from shared.db import TRANSIENT, UnitOfWork, close_pool, open_pool
from shared.outbox import Outgoing, publish
from shared.relay import MAX_BATCH_BYTES
from shared.shipments import MAX_MESSAGE_BYTES
from shared.testing import wait_until
from tests.infrastructure import Infrastructure
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted, Doubled

KEYS = [f"key-{number}" for number in range(20)]
ENLARGE = "UPDATE outbox SET value = convert_to(repeat('x', $3), 'UTF8') WHERE key = $1 AND sequence = $2"
CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1 AND datname = $2"


@pytest.fixture
async def other_process(database: str) -> AsyncIterator[UnitOfWork]:
    """A second process of the service, on the same database."""
    pool = await open_pool(database, name="other")
    yield UnitOfWork(pool)
    await close_pool(pool)


@pytest.fixture
async def lacking_a_topic(infrastructure: Infrastructure, topic_prefix: str) -> Broker:
    """A broker that lacks one of the topics."""
    await create_topics(infrastructure.kafka, [lab.COUNT], topic_prefix)
    return Broker(infrastructure.kafka, topic_prefix)


async def numbers_by_key(broker: Broker) -> dict[str, list[int]]:
    """As they lie on the topic, with every repetition."""
    found: dict[str, list[int]] = defaultdict(list)
    for record in await wire.read(broker, lab.COUNT):
        found[record.key.decode()].append(json.loads(record.value)["number"])
    return found


async def test_of_two_relays_on_one_database_only_one_publishes(
    uow: UnitOfWork, other_process: UnitOfWork, broker: Broker
) -> None:
    first, second = lab.relay(uow, broker), lab.relay(other_process, broker)
    async with lab.running(first, second):
        await wait_until(lambda: {first.health.state, second.health.state} == {"ok", "standby"}, what="one relay each")
        for number in range(1, 11):
            await asyncio.gather(
                lab.tell(uow, *(lab.counted(number, key) for key in KEYS[:10])),
                lab.tell(other_process, *(lab.counted(number, key) for key in KEYS[10:])),
            )
        await lab.all_published(uow)
    assert await numbers_by_key(broker) == {key: list(range(1, 11)) for key in KEYS}


async def test_the_second_takes_over_when_the_connection_of_the_first_ends(
    uow: UnitOfWork, other_process: UnitOfWork, broker: Broker
) -> None:
    first, second = lab.relay(other_process, broker), lab.relay(uow, broker)
    publishing = asyncio.create_task(first.run(asyncio.Event()))
    await wait_until(lambda: first.health.state == "ok", what="the first publishing")
    async with lab.running(second):
        await wait_until(lambda: second.health.state == "standby", what="the second standing by")
        assert await uow.pool.fetchval(CUT, "other", await uow.pool.fetchval("SELECT current_database()")) > 0
        with pytest.raises(TRANSIENT):
            await publishing
        await lab.tell(uow, lab.counted(1))
        await lab.all_published(uow)
        assert second.health.state == "ok"
    assert await numbers_by_key(broker) == {"k": [1]}


async def test_a_crash_between_sending_and_marking_repeats_and_keeps_the_order(uow: UnitOfWork, broker: Broker) -> None:
    for number in range(1, 6):
        await lab.tell(uow, *(lab.counted(number, key) for key in KEYS))
    await uow.pool.execute("ALTER TABLE outbox ADD CONSTRAINT unmarked CHECK (published_at IS NULL)")
    with pytest.raises(asyncpg.CheckViolationError):
        await lab.relay(uow, broker).run(asyncio.Event())
    await uow.pool.execute("ALTER TABLE outbox DROP CONSTRAINT unmarked")
    async with lab.running(lab.relay(uow, broker)):
        await lab.all_published(uow)
    found = await numbers_by_key(broker)
    assert found == {key: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5] for key in KEYS}


async def test_what_was_sent_twice_is_heard_once(uow: UnitOfWork, broker: Broker) -> None:
    await lab.tell(uow, *(lab.counted(number) for number in range(1, 6)))
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker)):
        await lab.hears(uow, 5)
        await lab.all_published(uow)
        await uow.pool.execute("UPDATE outbox SET published_at = NULL")
        await lab.tell(uow, lab.counted(6))
        await lab.hears(uow, 6)
    assert await lab.heard(uow) == [1, 2, 3, 4, 5, 6]
    assert await numbers_by_key(broker) == {"k": [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6]}


async def test_a_row_that_commits_behind_a_later_one_is_published_too(uow: UnitOfWork, broker: Broker) -> None:
    async with lab.running(lab.relay(uow, broker)):
        async with uow.begin() as slow:
            await publish(slow, [lab.counted(1, "slow")], uow.clock.now())
            await lab.tell(uow, lab.counted(1, "quick"))
            await lab.all_published(uow)
        await lab.all_published(uow)
    assert await numbers_by_key(broker) == {"quick": [1], "slow": [1]}


async def test_a_key_keeps_its_order_where_it_fills_several_batches(uow: UnitOfWork, broker: Broker) -> None:
    note = "x" * (MAX_BATCH_BYTES * 2 // 5)
    large = [Outgoing(Counted(number=number, note=note), "k", number, "c-1", wire.TRACE) for number in range(1, 8)]
    await lab.tell(uow, *large)
    async with lab.running(lab.relay(uow, broker)):
        await lab.all_published(uow)
    assert await numbers_by_key(broker) == {"k": [1, 2, 3, 4, 5, 6, 7]}


async def test_a_key_has_the_partition_that_every_client_gives_it(uow: UnitOfWork, broker: Broker) -> None:
    await lab.tell(uow, *(lab.counted(1, key) for key in KEYS))
    async with lab.running(lab.relay(uow, broker)):
        await lab.all_published(uow)
    await wire.send(broker, *(wire.raw(Counted(number=2), key) for key in KEYS))
    places = {(record.key.decode(), record.partition) for record in await wire.read(broker, lab.COUNT)}
    assert len(places) == len(KEYS)
    assert len({partition for _, partition in places}) == lab.COUNT.partitions


async def test_a_row_that_is_too_large_holds_up_its_key_alone(uow: UnitOfWork, broker: Broker) -> None:
    await lab.tell(uow, *(lab.counted(number, key) for number in (1, 2, 3) for key in KEYS))
    await uow.pool.execute(ENLARGE, KEYS[0], 2, MAX_MESSAGE_BYTES + 1)
    relay = lab.relay(uow, broker)
    async with lab.running(relay):
        await wait_until(lambda: relay.health.state == "degraded", what="the row noticed")
    assert relay.health.reason == "refused: lab.count"
    assert await numbers_by_key(broker) == {KEYS[0]: [1]} | {key: [1, 2, 3] for key in KEYS[1:]}


async def test_behind_what_the_broker_refuses_nothing_of_its_key_is_sent(uow: UnitOfWork, broker: Broker) -> None:
    await lab.tell(uow, *(lab.counted(number) for number in (1, 2, 3)))
    await uow.pool.execute(ENLARGE, "k", 2, MAX_MESSAGE_BYTES - 1)
    with pytest.raises(KafkaError):
        await lab.relay(uow, broker).run(asyncio.Event())
    assert await numbers_by_key(broker) == {"k": [1]}
    unpublished = await uow.pool.fetch("SELECT sequence FROM outbox WHERE published_at IS NULL ORDER BY id")
    assert [row["sequence"] for row in unpublished] == [2, 3]


async def test_a_sequence_is_given_once(uow: UnitOfWork) -> None:
    await lab.tell(uow, lab.counted(1))
    with pytest.raises(asyncpg.UniqueViolationError):
        await lab.tell(uow, lab.counted(2), lab.counted(1))
    assert await uow.pool.fetchval("SELECT count(*) FROM outbox") == 1


async def test_events_of_a_missing_topic_hold_up_no_others(
    uow: UnitOfWork, lacking_a_topic: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.REQUEST_MS", 500)
    monkeypatch.setattr("shared.relay.REFUSED_SECONDS", 2.0)
    broker = lacking_a_topic
    astray = [Outgoing(Doubled(number=number), "k", number, "c-1", wire.TRACE) for number in range(600)]
    await lab.tell(uow, *astray, lab.counted(1))
    relay = lab.relay(uow, broker)
    async with lab.running(relay):
        await wait_until(lambda: numbers_by_key(broker), what="the number of the topic that is there")
        assert (relay.health.state, relay.health.reason) == ("degraded", "refused: lab.double")
        await create_topics(broker.bootstrap, [lab.DOUBLE], broker.prefix)
        await lab.all_published(uow)
    assert len(await wire.read(broker, lab.DOUBLE)) == 600
