"""Triage on a database of its own, its clock in the tests' hands."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.triage.app import MIGRATIONS, create_app
from services.triage.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import TestClock
from tests.unit.triage.building import NOW


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=NOW)


@pytest.fixture
async def uow(database: str, clock: TestClock) -> AsyncIterator[UnitOfWork]:
    pool = await open_pool(database)
    await migrate(pool, SHARED_SQL, MIGRATIONS)
    yield UnitOfWork(pool, clock)
    await close_pool(pool)


@pytest.fixture
def app(http_alone: dict[str, str]) -> FastAPI:
    return create_app(Settings.model_validate(http_alone))
