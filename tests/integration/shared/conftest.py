"""The lab on a database and topics of its own."""

import pytest

from shared.broker import Broker, create_topics
from shared.db import UnitOfWork
from tests.infrastructure import Infrastructure
from tests.integration.shared import lab


@pytest.fixture
async def uow(uow: UnitOfWork) -> UnitOfWork:
    await uow.pool.execute(lab.HEARD)
    return uow


@pytest.fixture
async def broker(infrastructure: Infrastructure, topic_prefix: str) -> Broker:
    await create_topics(infrastructure.kafka, [lab.COUNT, lab.DOUBLE, lab.DEAD], topic_prefix)
    return Broker(infrastructure.kafka, topic_prefix)
