"""Without its database a service is not ready, says so, and works again when it is back."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from shared.broker import Broker
from shared.db import UnitOfWork
from shared.testing import wait_until
from tests.infrastructure import free_base
from tests.integration.shared import counting, lab
from tests.proxy import Proxy


@pytest.fixture
async def proxy(database: str) -> AsyncIterator[Proxy]:
    """Between the service and PostgreSQL."""
    proxy = Proxy(urlsplit(database).port or 5432, free_base())
    await proxy.connect()
    yield proxy
    await proxy.cut()


def through(proxy: Proxy, dsn: str) -> str:
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{proxy.address}"))


async def test_readiness_is_the_databases(
    uow: UnitOfWork, database: str, broker: Broker, proxy: Proxy, tmp_path: Path
) -> None:
    async with counting.service(through(proxy, database), broker.bootstrap, broker.prefix, tmp_path) as client:

        async def ready() -> bool:
            told: dict[str, object] = (await client.get("/readyz")).json()
            return told["status"] == "ready"

        await wait_until(ready, what="everything well")
        await proxy.cut()
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "unavailable")
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/metrics")).status_code == 200
        refused = await client.post("/counts", json={"number": 1})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")

        await proxy.connect()
        assert (await client.post("/counts", json={"number": 2})).status_code == 201
        await lab.all_published(uow)
        await lab.hears(uow, 2)  # what the request kept, and what came back as an event
        await wait_until(ready, what="everything well again")
    assert await lab.heard(uow) == [2, 2]
