"""An installation: databases and topics, without any process. Hotline and triage have nothing to set aside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from deploy.topics import specs
from services.reports.app import MIGRATIONS
from shared.broker import Broker, create_topics
from shared.db import UnitOfWork, close_pool, open_pool
from tests.databases import Copies, copies_of_new, migrated
from tests.infrastructure import Infrastructure
from tests.integration.dead_letters.installation import Installation


@pytest.fixture(scope="session")
async def copies_of_reports(infrastructure: Infrastructure) -> AsyncIterator[Copies]:
    async with copies_of_new(infrastructure.admin_dsn, migrated(MIGRATIONS)) as copies:
        yield copies


@pytest.fixture(scope="session")
async def quiet_dsn(copies: Copies) -> AsyncIterator[str]:
    """Of a database with an empty inbox, where it is only looked."""
    async with copies.one() as dsn:
        yield dsn


@pytest.fixture
async def installation(
    infrastructure: Infrastructure, copies_of_reports: Copies, quiet_dsn: str, database: str, topic_prefix: str
) -> AsyncIterator[Installation]:
    await create_topics(infrastructure.kafka, [replace(spec, partitions=1) for spec in specs()], topic_prefix)
    async with AsyncExitStack() as resources:
        dsns = {"reports": await resources.enter_async_context(copies_of_reports.one()), "capacity": database}
        uows = {group: UnitOfWork(await open_pool(dsn, size=4)) for group, dsn in dsns.items()}
        for uow in uows.values():
            resources.push_async_callback(close_pool, uow.pool)
        env = {
            "PUNTE_KAFKA": infrastructure.kafka,
            "PUNTE_TOPIC_PREFIX": topic_prefix,
            "PUNTE_HOTLINE_DSN": quiet_dsn,
            "PUNTE_TRIAGE_DSN": quiet_dsn,
            **{f"PUNTE_{group.upper()}_DSN": dsn for group, dsn in dsns.items()},
        }
        yield Installation(env, Broker(infrastructure.kafka, topic_prefix), uows)
