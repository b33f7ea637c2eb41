"""What a process says about itself: `/healthz`, `/readyz`, `/metrics`."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import broker
from shared.auth import anyone
from shared.db import TRANSIENT
from shared.health import Health
from shared.telemetry import OUTBOX_UNPUBLISHED

UNAVAILABLE: dict[int | str, dict[str, Any]] = {
    503: {"description": "The database does not answer.", "content": {"application/json": {}}}
}

router = APIRouter(tags=["probes"], dependencies=[anyone])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses=UNAVAILABLE)
async def readyz(request: Request) -> Response:
    """200 while the database answers (its migrations were applied at start). What else ails is shown as degraded."""
    ready = await _unpublished(request) is not None
    tasks: Sequence[Health] = request.app.state.health
    broker_answers = await broker.reachable(request.app.state.settings.kafka)
    degraded = not broker_answers or any(task.state in {"degraded", "stopped"} for task in tasks)
    body: dict[str, Any] = {
        "status": ("degraded" if degraded else "ready") if ready else "unavailable",
        "database": "ok" if ready else "unavailable",
        "broker": "ok" if broker_answers else "degraded",
        **{task.task: {"state": task.state, "reason": task.reason} for task in tasks},
    }
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus text format."""
    if (unpublished := await _unpublished(request)) is not None:
        OUTBOX_UNPUBLISHED.labels(request.app.state.settings.service).set(unpublished)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _unpublished(request: Request) -> int | None:
    """How many events wait for the relay; None when the database does not answer."""
    try:
        connection = await asyncpg.connect(
            request.app.state.settings.dsn, timeout=2
        )  # the pool may be busy while the database is well
    except TRANSIENT:
        return None
    try:
        count: int = await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL", timeout=2)
    except TRANSIENT:
        return None
    else:
        return count
    finally:
        await connection.close(timeout=2)
