"""The lab on a database and topics of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from shared.broker import Broker, create_topics
from shared.db import UnitOfWork
from tests.infrastructure import Infrastructure
from tests.integration.shared import counting, lab


@pytest.fixture
async def uow(uow: UnitOfWork) -> UnitOfWork:
    await uow.pool.execute(lab.HEARD)
    return uow


@pytest.fixture
async def broker(infrastructure: Infrastructure, topic_prefix: str) -> Broker:
    await create_topics(infrastructure.kafka, [lab.COUNT, lab.DOUBLE, lab.DEAD], topic_prefix)
    return Broker(infrastructure.kafka, topic_prefix)


@pytest.fixture
async def client(uow: UnitOfWork, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The lab over HTTP, without anything in the background."""
    app = counting.create_app(
        counting.Settings(dsn="", kafka="", issuer="i", audience="a", jwks="none"), lab.listening(), tmp_path
    )
    app.state.uow = uow
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
        yield client
