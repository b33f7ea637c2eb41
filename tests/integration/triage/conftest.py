"""Triage on a database of its own, its clock in the tests' hands."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, token
from services.triage.app import MIGRATIONS, create_app
from services.triage.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import TestClock
from tests.unit.triage.building import NOW

Api = Callable[..., httpx.AsyncClient]


@pytest.fixture
def clock() -> TestClock:
    return TestClock(start=NOW)


@pytest.fixture
async def uow(database: str, clock: TestClock) -> AsyncIterator[UnitOfWork]:
    pool = await open_pool(database)
    await migrate(pool, SHARED_SQL, MIGRATIONS)
    yield UnitOfWork(pool, clock)
    await close_pool(pool)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
async def api(uow: UnitOfWork, keys: Path) -> Api:
    """`api("caseworker", "S2")`: a client whose token has that role and those authorities; `api()`: without a token."""
    token(keys, "caseworker")
    app = create_app(
        Settings(dsn="", kafka="", issuer=ISSUER, audience=AUDIENCE, jwks=str(jwks_file(keys)))  # only HTTP is used
    )
    app.state.uow = uow
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def client(role: str | None = None, *authorities: str) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token(keys, role, authorities=authorities)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://triage", headers=bearer)

    return client
