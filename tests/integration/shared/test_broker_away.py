"""Without a broker requests are answered, and their events flow when it is back."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from shared.broker import Broker
from shared.db import UnitOfWork
from shared.testing import wait_until
from tests.infrastructure import free_base
from tests.integration.shared import counting, lab, wire
from tests.proxy import BrokerProxy


@pytest.fixture
async def proxy(broker: Broker) -> AsyncIterator[BrokerProxy]:
    """Between the service and the broker; at first it lets nobody through."""
    proxy = BrokerProxy(int(broker.bootstrap.rpartition(":")[2]), free_base())
    yield proxy
    await proxy.cut()


async def states(client: httpx.AsyncClient) -> tuple[int, str, str, str]:
    """The status of /readyz, what it says in all, and of relay and consumer."""
    answer = await client.get("/readyz")
    told = answer.json()
    return answer.status_code, told["status"], told["relay"]["state"], told["consumer"]["state"]


async def test_a_service_starts_and_answers_without_a_broker_and_delivers_when_it_comes(
    uow: UnitOfWork, database: str, broker: Broker, proxy: BrokerProxy, tmp_path: Path
) -> None:
    async with counting.service(database, proxy.address, broker.prefix, tmp_path) as client:

        async def says(*expected: object) -> bool:
            return await states(client) == expected

        await wait_until(lambda: says(200, "degraded", "degraded", "degraded"), what="the lack of a broker shown")
        answer = await client.post("/counts", json={"number": 5}, headers={"x-correlation-id": "story"})
        assert answer.status_code == 201
        assert 'punte_outbox_unpublished{service="lab"} 1.0' in (await client.get("/metrics")).text

        await proxy.connect()
        await lab.all_published(uow)
        await lab.hears(uow, 2)  # what the request kept, and what came back as an event
        await wait_until(lambda: says(200, "ready", "ok", "ok"), what="everything well")
    [record] = await wire.read(broker, lab.COUNT)
    assert json.loads(record.value)["number"] == 5
    assert dict(record.headers)["ce_correlationid"] == b"story"
