"""Capacity on a database of its own with the real directory, its clock in the tests' hands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

import services.capacity
from services.capacity import handlers
from services.capacity.app import create_app
from services.capacity.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import TestClock, temporary_database
from tests.infrastructure import Infrastructure
from tests.unit.capacity.world import START

CAPACITY = Path(services.capacity.__file__).parent


@pytest.fixture(scope="session")
async def imported_template(infrastructure: Infrastructure) -> AsyncIterator[str]:
    """The name of a database that holds the directory, to be copied."""
    async with temporary_database(infrastructure.admin_dsn) as dsn:
        pool = await open_pool(dsn, size=1)
        await migrate(pool, SHARED_SQL, CAPACITY / "migrations")
        uow = UnitOfWork(pool, TestClock(start=START))
        async with uow.begin() as tx:
            await handlers.import_directory(tx, CAPACITY / "data", uow.clock)
        await close_pool(pool)
        yield dsn.rpartition("/")[2]


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=START)


@pytest.fixture
async def uow(infrastructure: Infrastructure, imported_template: str, clock: TestClock) -> AsyncIterator[UnitOfWork]:
    async with temporary_database(infrastructure.admin_dsn, imported_template) as dsn:
        pool = await open_pool(dsn)
        yield UnitOfWork(pool, clock)
        await close_pool(pool)


@pytest.fixture
def app(http_alone: dict[str, str]) -> FastAPI:
    return create_app(Settings.model_validate(http_alone))
