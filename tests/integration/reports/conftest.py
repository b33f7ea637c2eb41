"""The reports on a database of their own, their clock in the tests' hands."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import httpx
import pytest
import structlog

from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, token
from services.reports.app import MIGRATIONS, create_app
from services.reports.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.telemetry import configure_logging
from shared.testing import TestClock
from tests.unit.reports.building import NOW

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
def settings(keys: Path) -> Settings:
    token(keys, "partner")
    return Settings(  # only HTTP is used
        dsn="", kafka="", issuer=ISSUER, audience=AUDIENCE, jwks=str(jwks_file(keys)), reporter_hash_key="k" * 32
    )


@pytest.fixture
async def api(uow: UnitOfWork, keys: Path, settings: Settings) -> Api:
    """`api("partner")`: a client whose token has that role; `api()`: without a token."""
    app = create_app(settings)
    app.state.uow = uow
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def client(role: str | None = None) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token(keys, role)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://reports", headers=bearer)

    return client


@pytest.fixture
def citizen(api: Api) -> httpx.AsyncClient:
    return api()


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the process writes, logging as in production, and debug lines too."""
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    with redirect_stdout(StringIO()) as written:
        configure_logging("reports", logging.DEBUG)
    yield written
    structlog.reset_defaults()
