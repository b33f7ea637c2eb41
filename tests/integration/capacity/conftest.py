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
from shared.testing import TestClock
from tests.databases import Copies, copies_of_new, migrated
from tests.infrastructure import Infrastructure
from tests.unit.capacity.world import START

CAPACITY = Path(services.capacity.__file__).parent


@pytest.fixture(scope="session")
async def copies(infrastructure: Infrastructure) -> AsyncIterator[Copies]:
    async with copies_of_new(infrastructure.admin_dsn, imported) as copies:
        yield copies


async def imported(dsn: str) -> None:
    await migrated(CAPACITY / "migrations")(dsn)
    pool = await open_pool(dsn, size=1)
    uow = UnitOfWork(pool, TestClock(start=START))
    async with uow.begin() as tx:
        await handlers.import_directory(tx, CAPACITY / "data", uow.clock)
    await close_pool(pool)


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=START)


@pytest.fixture(scope="session")
def app(http_alone: dict[str, str]) -> FastAPI:
    return create_app(Settings.model_validate(http_alone))
