"""HTTP as all services speak it: problem details (RFC 9457) for every error, and what routes ask for."""

import inspect
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from shared.db import TRANSIENT, UnitOfWork
from shared.outbox import EventTooLarge
from shared.telemetry import current_correlation_id, log

TITLES = {
    400: "Cerere greșită / Bad request",
    401: "Autentificare necesară / Authentication required",
    403: "Acces interzis / Forbidden",
    404: "Negăsit / Not found",
    405: "Metodă nepermisă / Method not allowed",
    409: "Conflict cu starea actuală / Conflict with the current state",
    413: "Conținut prea mare / Content too large",
    415: "Tip de conținut nesuportat / Unsupported media type",
    422: "Date nevalide / Invalid data",
    431: "Antete prea mari / Request header fields too large",
    500: "Eroare internă / Internal error",
    503: "Indisponibil pentru moment / Unavailable for the moment",
}


MAX_ERRORS = 20
MAX_NAME = 60

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Orice eroare. / Any error (RFC 9457).",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string", "format": "uri-reference"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "correlation_id": {"type": "string"},
                    },
                    "required": ["type", "title", "status", "correlation_id"],
                }
            }
        },
    }
}
"""How OpenAPI shows them, for every route."""


class Problem(Exception):
    """An answer other than success. Extra members travel beside the standard ones."""

    def __init__(
        self,
        status: int,
        title: str = "",
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        self.status = status
        self.title = title or TITLES.get(status) or HTTPStatus(status).phrase
        self.detail = detail
        self.headers = headers
        self.members = members
        super().__init__(f"{status} {self.title}")

    def response(self) -> Response:
        body: dict[str, object] = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        body |= self.members | {"correlation_id": current_correlation_id()}
        return Response(to_json(body), self.status, self.headers, media_type="application/problem+json")


def answer_errors(app: FastAPI, errors: Mapping[type[Exception], int]) -> None:
    """Every error becomes problem details.

    `errors` maps a service's own to their status; the docstring of such an error is its message, a template over its
    attributes.
    """

    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response()

    async def domain(_: Request, error: Exception) -> Response:
        status = next(status for cls in type(error).__mro__ if (status := known.get(cls)))
        return Problem(status, detail=message(error), type=problem_type(error)).response()

    known: dict[type, int] = {EventTooLarge: 413, **errors}
    for cls in known:
        app.add_exception_handler(cls, domain)
    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for transient in TRANSIENT:
        app.add_exception_handler(transient, _unavailable)


def message(error: Exception) -> str:
    """The docstring of the error's class, filled in with the error's attributes."""
    return inspect.cleandoc(type(error).__doc__ or "").format_map(vars(error))


def problem_type(error: Exception) -> str:
    """A URI that software can compare: `urn:punte:problem:event-too-large`."""
    return "urn:punte:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return Problem(error.status_code, detail=detail, headers=error.headers).response()


async def _invalid(_: Request, error: Exception) -> Response:
    """Names the first places and repeats none of the values; a place may hold a name that the caller made up."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[:MAX_ERRORS]
    errors = [{"loc": [_short(part) for part in e["loc"]], "type": e["type"], "msg": e["msg"]} for e in first]
    return Problem(422, errors=errors).response()


def _short(part: object) -> object:
    return part[:MAX_NAME] if isinstance(part, str) else part


async def _unavailable(_: Request, error: Exception) -> Response:
    log.warning("database in trouble", exc_info=error)
    return Problem(503, headers={"Retry-After": "2"}).response()


async def _unit_of_work(request: Request) -> UnitOfWork:
    uow: Any = request.app.state.uow
    assert isinstance(uow, UnitOfWork)
    return uow


async def _sent(request: Request) -> bytes:
    return f"{request.method} {request.url.path}\n".encode() + await request.body()


Work = Annotated[UnitOfWork, Depends(_unit_of_work)]
"""The process's unit of work."""

Sent = Annotated[bytes, Depends(_sent)]
"""The request as it was sent: method, path and body, beside the model parsed from it."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        description="O cerere repetată cu aceeași cheie primește primul răspuns. / "
        "A request repeated with the same key gets the first answer.",
    ),
]
