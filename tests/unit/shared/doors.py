"""A tiny application with the plumbing around it, and tokens for it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import FastAPI
from pydantic import BaseModel

from shared.auth import Verifier, Who, allow, anyone
from shared.http import answer_errors
from shared.middleware import BodyLimit, Trace

ISSUER, AUDIENCE = "https://sign-in.example", "lab"
LIMIT = 1000


class Full(Exception):
    """Sala {hall} este plină. / Hall {hall} is full."""

    def __init__(self, hall: str) -> None:
        self.hall = hall


class Guest(BaseModel, extra="forbid"):
    name: str
    age: int


def application(jwks: Path) -> FastAPI:
    """With a door for painters, one for everybody, and some that fail."""
    app = FastAPI()
    app.state.verifier = Verifier(ISSUER, AUDIENCE, str(jwks))
    app.add_middleware(BodyLimit, limit=LIMIT)
    app.add_middleware(Trace, service="lab")
    answer_errors(app, {Full: 409})

    @app.get("/studio")
    async def studio(who: Annotated[Who, allow("painter", "sculptor")]) -> dict[str, object]:
        return {"subject": who.subject, "name": who.name, "roles": sorted(who.roles)}

    @app.get("/street")
    async def street(who: Annotated[Who | None, anyone]) -> str:
        return who.subject if who else "somebody"

    @app.post("/guests", dependencies=[anyone])
    async def guests(guest: Guest) -> str:
        return guest.name

    @app.get("/full", dependencies=[anyone])
    async def full() -> None:
        raise Full("A")

    @app.get("/lost", dependencies=[anyone])
    async def lost() -> None:
        raise ConnectionResetError("secret")

    @app.get("/broken", dependencies=[anyone])
    async def broken() -> None:
        raise ZeroDivisionError("secret")

    return app


def client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://lab")


def claims(**changed: Any) -> Mapping[str, Any]:
    """Of a painter's valid token; a claim changed to None is left out."""
    valid = {
        "sub": "ana",
        "name": "Ana",
        "roles": ["painter"],
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + 600,
    }
    return {name: value for name, value in (valid | changed).items() if value is not None}
