"""What the suites of the services have in common: an application over HTTP, and its tokens.

Each suite brings its own `app` and the `uow` that the application works with.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.keys import AUDIENCE, ISSUER, jwks_file, signing_key, token
from shared.db import UnitOfWork

Api = Callable[..., httpx.AsyncClient]


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
def api(app: FastAPI, uow: UnitOfWork, keys: Path) -> Api:
    """`api("operator", "S2")`: a client whose token has that role and those authorities, and `centers` if they are
    given; `api()`: without a token."""
    app.state.uow = uow
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def client(role: str | None = None, *authorities: str, centers: Sequence[str] = ()) -> httpx.AsyncClient:
        bearer = {"Authorization": f"Bearer {token(keys, role, centers, authorities)}"} if role else {}
        return httpx.AsyncClient(transport=transport, base_url="http://service", headers=bearer)

    return client
