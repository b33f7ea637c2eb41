"""A service without its background: database, HTTP and consumer functions, as in its own process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import httpx
from fastapi import FastAPI

from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, token
from shared.consumer import Subscriptions
from shared.db import UnitOfWork, close_pool, open_pool
from shared.sweeper import Sweep
from shared.testing import TestClock
from tests.composing import composed
from tests.unit.triage.building import NOW


@dataclass(frozen=True)
class Stage:
    service: str
    uow: UnitOfWork
    clock: TestClock
    folder: Path
    """With a signing key and a small directory."""

    @property
    def app(self) -> FastAPI:
        app = app_of(self.service, str(jwks_file(self.folder)))
        app.state.uow = self.uow
        return app

    @property
    def subscriptions(self) -> Subscriptions:
        return subscriptions_of(self.service)

    @property
    def sweeps(self) -> Sequence[Sweep]:
        return sweeps_of(self.service)

    def client(self, role: str | None = None, centers: Sequence[str] = ()) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token(self.folder, role, centers)}"} if role else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://service", headers=bearer)


@asynccontextmanager
async def on_stage(service: str, dsn: str, folder: Path) -> AsyncIterator[Stage]:
    pool = await open_pool(dsn, size=2)
    clock = TestClock(start=NOW)
    try:
        yield Stage(service, UnitOfWork(pool, clock), clock, folder)
    finally:
        await close_pool(pool)


def module(service: str, name: str) -> ModuleType:
    return import_module(f"services.{service}.{name}")


def app_of(service: str, jwks: str) -> FastAPI:
    settings = {"dsn": "", "kafka": "", "issuer": ISSUER, "audience": AUDIENCE, "jwks": jwks}
    return composed(service, settings | {"reporter_hash_key": "k" * 32})


def subscriptions_of(service: str) -> Subscriptions:
    found: Subscriptions = module(service, "consumers").subscriptions
    return found


def sweeps_of(service: str) -> Sequence[Sweep]:
    found: Sequence[Sweep] = getattr(module(service, "app"), "SWEEPS", ())
    return found
