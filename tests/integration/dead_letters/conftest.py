"""An installation: databases and topics, without any process. Hotline and triage have nothing to set aside."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from deploy.topics import specs
from services.reports.app import MIGRATIONS
from shared.broker import Broker, create_topics
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import temporary_database
from tests.infrastructure import Infrastructure
from tests.integration.dead_letters.installation import Installation


@pytest.fixture(scope="session")
async def reports_template(infrastructure: Infrastructure) -> AsyncIterator[str]:
    """The name of a database of the reports, to be copied."""
    async with temporary_database(infrastructure.admin_dsn) as dsn:
        pool = await open_pool(dsn, size=1)
        await migrate(pool, SHARED_SQL, MIGRATIONS)
        await close_pool(pool)
        yield dsn.rpartition("/")[2]


@pytest.fixture(scope="session")
async def quiet_dsn(infrastructure: Infrastructure, migrated_template: str) -> AsyncIterator[str]:
    """Of a database with an empty inbox, where it is only looked."""
    async with temporary_database(infrastructure.admin_dsn, migrated_template) as dsn:
        yield dsn


@pytest.fixture
async def installation(
    infrastructure: Infrastructure, reports_template: str, quiet_dsn: str, database: str, topic_prefix: str
) -> AsyncIterator[Installation]:
    await create_topics(infrastructure.kafka, [replace(spec, partitions=1) for spec in specs()], topic_prefix)
    async with AsyncExitStack() as resources:
        copy = temporary_database(infrastructure.admin_dsn, reports_template)
        dsns = {"reports": await resources.enter_async_context(copy), "capacity": database}
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
