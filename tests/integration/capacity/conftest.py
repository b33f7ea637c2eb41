"""Capacity on a database of its own with the real directory, its clock in the tests' hands."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx
import pytest

import services.capacity
from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, token
from services.capacity import handlers
from services.capacity.app import create_app
from services.capacity.settings import Settings
from shared.db import UnitOfWork, close_pool, open_pool
from shared.migrations import SHARED_SQL, migrate
from shared.testing import TestClock, temporary_database
from tests.infrastructure import Infrastructure
from tests.unit.capacity.world import START

CAPACITY = Path(services.capacity.__file__).parent
Api = Callable[..., httpx.AsyncClient]


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


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
async def api(uow: UnitOfWork, keys: Path) -> Api:
    """`api("center_staff", centers=["S2-6"])`: a client with that role; `api()`: without a token."""
    token(keys, "operator")
    settings = Settings(dsn="", kafka="", issuer=ISSUER, audience=AUDIENCE, jwks=str(jwks_file(keys)))  # HTTP alone
    app = create_app(settings)
    app.state.uow = uow
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def client(
        role: str | None = None, centers: Sequence[str] = (), authorities: Sequence[str] = ()
    ) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token(keys, role, centers, authorities)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://capacity", headers=bearer)

    return client
