"""What the suites of the services have in common: an application over HTTP, and its tokens.

Each suite brings its own `app` and the `uow` that the application works with.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.keys import token
from shared.db import UnitOfWork

Api = Callable[..., httpx.AsyncClient]


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
