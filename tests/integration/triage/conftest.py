"""Triage on a database of its own, its clock in the tests' hands."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.triage.app import MIGRATIONS, create_app
from services.triage.settings import Settings
from shared.testing import TestClock
from tests.databases import Copies, copies_of_new, migrated
from tests.infrastructure import Infrastructure
from tests.unit.triage.building import NOW


@pytest.fixture(scope="session")
async def copies(infrastructure: Infrastructure) -> AsyncIterator[Copies]:
    async with copies_of_new(infrastructure.admin_dsn, migrated(MIGRATIONS)) as copies:
        yield copies


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=NOW)


@pytest.fixture(scope="session")
def app(http_alone: dict[str, str]) -> FastAPI:
    return create_app(Settings.model_validate(http_alone))
