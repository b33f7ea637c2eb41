"""Real servers for the tests that ask for them, one stack per run; and what a process logs."""

import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import structlog

from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, signing_key
from shared.clock import Clock
from shared.db import UnitOfWork, close_pool, open_pool
from shared.telemetry import configure_logging
from shared.testing import temporary_database
from tests.databases import Copies, copies_of_new, migrated
from tests.infrastructure import Infrastructure, drop_topics
from tests.infrastructure import infrastructure as find_infrastructure

structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
# The default draws every traceback with all its locals, which takes seconds.


@pytest.fixture(scope="session")
async def infrastructure() -> AsyncIterator[Infrastructure]:
    """PostgreSQL and Kafka, started at the first test that needs them."""
    async with find_infrastructure() as found:
        yield found


@pytest.fixture(scope="session")
async def copies(infrastructure: Infrastructure) -> AsyncIterator[Copies]:
    """Of a database with outbox, inbox and idempotency keys. A service's tests have their own."""
    async with copies_of_new(infrastructure.admin_dsn, migrated()) as copies:
        yield copies


@pytest.fixture
async def empty_database(infrastructure: Infrastructure) -> AsyncIterator[str]:
    """The DSN of a database with nothing in it."""
    async with temporary_database(infrastructure.admin_dsn) as dsn:
        yield dsn


@pytest.fixture
async def database(copies: Copies) -> AsyncIterator[str]:
    """The DSN of a new copy."""
    async with copies.one() as dsn:
        yield dsn


@pytest.fixture
def clock() -> Clock:
    """A service's tests have one to turn."""
    return Clock()


@pytest.fixture
async def uow(database: str, clock: Clock) -> AsyncIterator[UnitOfWork]:
    """A unit of work on a new database."""
    pool = await open_pool(database)
    yield UnitOfWork(pool, clock)
    await close_pool(pool)


@pytest.fixture(scope="session")
async def run_prefix(infrastructure: Infrastructure) -> AsyncIterator[str]:
    """Begins the names of this run's topics and groups; the topics are dropped when it ends."""
    prefix = f"t{secrets.token_hex(4)}."
    yield prefix
    await drop_topics(infrastructure.kafka, prefix)


@pytest.fixture
def topic_prefix(run_prefix: str) -> str:
    """A prefix of its own for every test."""
    return f"{run_prefix}{secrets.token_hex(3)}."


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a signing key."""
    folder = tmp_path_factory.mktemp("keys")
    signing_key(folder)
    return folder


@pytest.fixture(scope="session")
def http_alone(keys: Path) -> dict[str, str]:
    """The settings of a service whose background does not run."""
    return {"dsn": "", "kafka": "", "issuer": ISSUER, "audience": AUDIENCE, "jwks": str(jwks_file(keys))}


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the process writes, logging as in production, and debug lines too."""
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    before = structlog.get_config()
    with redirect_stdout(StringIO()) as written:
        configure_logging("test", logging.DEBUG)
    yield written
    structlog.configure(**before)
