"""The hotline on a database of its own, its clock in the tests' hands."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.hotline.app import MIGRATIONS, create_app
from services.hotline.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import TestClock
from tests.integration.conftest import Api
from tests.unit.hotline.building import NOW


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
def settings(http_alone: dict[str, str]) -> Settings:
    return Settings.model_validate(http_alone | {"reporter_hash_key": "k" * 32})


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def operator(api: Api) -> httpx.AsyncClient:
    return api("operator", "S2")
