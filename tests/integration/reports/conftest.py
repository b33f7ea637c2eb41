"""The reports on a database of their own, their clock in the tests' hands."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.reports.app import MIGRATIONS, create_app
from services.reports.settings import Settings
from shared.testing import TestClock
from tests.databases import Copies, copies_of_new, migrated
from tests.infrastructure import Infrastructure
from tests.integration.conftest import Api
from tests.unit.reports.building import NOW


@pytest.fixture(scope="session")
async def copies(infrastructure: Infrastructure) -> AsyncIterator[Copies]:
    async with copies_of_new(infrastructure.admin_dsn, migrated(MIGRATIONS)) as copies:
        yield copies


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=NOW)


@pytest.fixture(scope="session")
def settings(http_alone: dict[str, str]) -> Settings:
    return Settings.model_validate(http_alone | {"reporter_hash_key": "k" * 32})


@pytest.fixture(scope="session")
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def citizen(api: Api) -> httpx.AsyncClient:
    return api()
