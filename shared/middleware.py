"""What surrounds every request: its trace, its metrics, the size of its body."""

import time
from http import HTTPMethod

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http import Problem
from shared.telemetry import HTTP_SECONDS, begin_trace, current_correlation_id, log


class Trace:
    """Takes the caller's `traceparent` and `x-correlation-id` or begins new ones, answers with them and counts. What
    nobody expected is logged and answered with 500 here, so that this answer carries them too.

    Metrics name the route's template, never the path: a path may hold a code or a name.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        _, traceparent = begin_trace(headers.get("x-correlation-id"), headers.get("traceparent"))
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(
                    {
                        "x-correlation-id": current_correlation_id(),
                        "traceparent": traceparent,
                        "x-content-type-options": "nosniff",
                    }
                )
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            log.error("request failed", exc_info=error)
            if status:  # the answer has begun
                raise
            await Problem(500).response()(scope, receive, answer)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
            HTTP_SECONDS.labels(self._service, method, route, status).observe(time.perf_counter() - started)


class BodyLimit:
    """Refuses bodies that are larger than announced or allowed, chunked ones as soon as they are."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._limit:
            return await self._too_large().response()(scope, receive, send)
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._limit:
                raise HTTPException(413, self._too_large().detail)
            return message

        return await self._app(scope, counted, send)

    def _too_large(self) -> Problem:
        return Problem(413, detail=f"Cel mult {self._limit} de octeți. / At most {self._limit} bytes.")
