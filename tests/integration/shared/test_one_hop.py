"""The way of a message: outbox, relay, topic, inbox, handler, outbox."""

import json

from shared.broker import Broker
from shared.db import UnitOfWork
from shared.testing import wait_until
from tests.integration.shared import lab, wire
from tests.integration.shared.wire import TRACE


async def test_what_is_heard_is_told_on(uow: UnitOfWork, broker: Broker) -> None:
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker, lab.double)):
        await lab.tell(uow, lab.counted(21, "a"))
        doubled = await wait_until(lambda: wire.read(broker, lab.DOUBLE), what="the doubled number")
    assert [(record.key, json.loads(record.value)) for record in doubled] == [(b"a", {"number": 42})]


async def test_headers_are_those_of_cloud_events(uow: UnitOfWork, broker: Broker) -> None:
    await lab.tell(uow, lab.counted(7, "a"))
    async with lab.running(lab.relay(uow, broker)):
        await lab.all_published(uow)
    [record] = await wire.read(broker, lab.COUNT)
    row = await uow.pool.fetchrow("SELECT event_id, created_at FROM outbox")
    assert row is not None
    assert {name: value.decode() for name, value in record.headers} == {
        "ce_specversion": "1.0",
        "ce_id": str(row["event_id"]),
        "ce_type": "test.lab.Counted.v1",
        "ce_source": "/punte/lab",
        "ce_subject": "a",
        "ce_time": row["created_at"].isoformat(),
        "ce_sequence": "000000000007",
        "ce_correlationid": "story-7",
        "traceparent": TRACE,
        "content-type": "application/json",
    }


async def test_one_trace_spans_all_hops(uow: UnitOfWork, broker: Broker) -> None:
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker, lab.double)):
        await lab.tell(uow, lab.counted(1))
        [doubled] = await wait_until(lambda: wire.read(broker, lab.DOUBLE), what="the doubled number")
    headers = dict(doubled.headers)
    assert (headers["ce_correlationid"], headers["traceparent"]) == (b"story-1", TRACE.encode())


async def test_the_prefix_is_on_the_wire_alone(uow: UnitOfWork, broker: Broker) -> None:
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker)):
        await lab.tell(uow, lab.counted(1))
        await lab.hears(uow, 1)
    assert broker.prefix
    assert await uow.pool.fetchval("SELECT topic FROM outbox") == "lab.count"
    assert await uow.pool.fetchval("SELECT topic FROM inbox") == "lab.count"
    assert len(await wire.read(broker, lab.COUNT)) == 1  # on the prefixed topic, where `read` looks
