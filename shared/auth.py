"""Who calls: bearer tokens (JWT, RFC 7519) checked against a JWKS, and the roles that each route names."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.request import urlopen

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.http import Problem
from shared.telemetry import describe, log

ALGORITHMS = ["EdDSA", "Ed25519", "RS256"]
LEEWAY_SECONDS = 30
MAX_NAME = 200
REFRESH_SECONDS = 300.0
"""Keys older than this are read again: one that was withdrawn stops working."""
RELOAD_SECONDS = 10.0
"""The same when an unknown key signed."""


@dataclass(frozen=True)
class Who:
    """The bearer of a valid token, which ends at `expires`, in seconds since 1970. `centers` ("S2-7") and `authorities`
    ("S2") limit what he sees."""

    subject: str
    name: str
    expires: float
    roles: frozenset[str] = frozenset()
    centers: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()


@dataclass
class Verifier:
    """Checks tokens. `jwks` is a path or an http(s) address; keys are read at first use."""

    issuer: str
    audience: str
    jwks: str
    _keys: KeySet | None = field(default=None, init=False)
    _loaded: float = field(default=float("-inf"), init=False)

    async def check(self, token: str) -> Who:
        """Raises Problem 401, or 503 when the keys cannot be read."""
        try:
            try:
                return self._read(token, await self._key_set(REFRESH_SECONDS))
            except InvalidKeyIdError:
                return self._read(token, await self._key_set(RELOAD_SECONDS))
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _unauthenticated() from None

    def _read(self, token: str, keys: KeySet) -> Who:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        return Who(
            subject=_short(claims["sub"]),
            name=_short(claims.get("name", "")),
            expires=claims["exp"],
            roles=_names(claims, "roles"),
            centers=_names(claims, "centers"),
            authorities=_names(claims, "authorities"),
        )

    async def _key_set(self, oldest: float) -> KeySet:
        if self._keys is None or time.monotonic() - self._loaded > oldest:
            try:
                self._keys = KeySet.import_key_set(await asyncio.to_thread(_load, self.jwks))
            except (OSError, ValueError, LookupError, JoseError) as error:
                log.error("verification keys unavailable", error=describe(error))
                raise Problem(503, headers={"Retry-After": "2"}) from None
            self._loaded = time.monotonic()
        return self._keys


def _load(jwks: str) -> Any:
    if not jwks.startswith(("http://", "https://")):
        return json.loads(Path(jwks).read_text())
    with urlopen(jwks, timeout=5) as answer:  # noqa: S310 # the scheme was just checked
        return json.load(answer)


def _short(value: object) -> str:
    text = str(value)
    if len(text) > MAX_NAME or not text.isprintable():
        raise ValueError(value)
    return text


def _names(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    values = claims.get(claim, [])
    if not (isinstance(values, list) and all(isinstance(value, str) for value in values)):
        raise ValueError(claim)
    return frozenset(values)


def _unauthenticated() -> Problem:
    detail = "Jetonul lipsește sau nu este valabil. / The token is missing or not valid."
    return Problem(401, detail=detail, headers={"WWW-Authenticate": "Bearer"})


BEARER = HTTPBearer(auto_error=False)


class Callers:
    """A route's statement of who may call it: everybody."""

    async def __call__(self, request: Request) -> Who | None:
        return await _bearer(request, await BEARER(request))


class Holders(Callers):
    """Bearers of one of these roles. The API's description asks a token of them."""

    def __init__(self, roles: frozenset[str]) -> None:
        self.roles = roles

    async def __call__(self, request: Request, _: Annotated[object, Depends(BEARER)] = None) -> Who:
        who = await super().__call__(request)
        if who is None:
            raise _unauthenticated()
        if not self.roles & who.roles:
            needed = ", ".join(sorted(self.roles))
            raise Problem(403, detail=f"Este nevoie de unul dintre rolurile: {needed}. / One of these roles is needed.")
        return who


async def _bearer(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Who | None:
    if credentials is None:
        if "authorization" in request.headers:
            raise _unauthenticated()
        return None
    verifier: Verifier = request.app.state.verifier
    return await verifier.check(credentials.credentials)


def allow(*roles: str) -> Any:
    """`who: Annotated[Who, allow("operator")]`: bearers of one of these roles; others get 401 or 403."""
    assert roles, "use `anyone` for open routes"
    return Depends(Holders(frozenset(roles)))


anyone: Any = Depends(Callers())
"""`who: Annotated[Who | None, anyone]`: everybody; a token, if one is sent, must be valid."""


def routes_naming_nobody(app: FastAPI) -> list[str]:
    """Paths of the routes that do not say who may call them, but for the documentation's own."""
    documentation = {app.openapi_url, "/docs", app.swagger_ui_oauth2_redirect_url, "/static-offline-docs"}
    return [
        str(route.path)
        for route in iter_route_contexts(app.routes)
        if route.path not in documentation and not any(isinstance(call, Callers) for call in _calls(route.dependant))
    ]


def _calls(dependant: Dependant | None) -> Iterator[object]:
    if dependant is not None:
        yield dependant.call
        for dependency in dependant.dependencies:
            yield from _calls(dependency)
