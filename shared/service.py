"""Composes a service: one FastAPI application with its database, its relay, its consumer and its clocks."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline

from shared import probes
from shared.auth import Verifier
from shared.broker import Broker
from shared.clock import Clock
from shared.consumer import Consumer, Subscriptions
from shared.db import MAX_CONNECTIONS, UnitOfWork, close_pool, open_pool
from shared.envelope import EventModel
from shared.health import Health
from shared.http import PROBLEM_RESPONSES, answer_errors
from shared.middleware import BodyLimit, Trace
from shared.migrations import SHARED_SQL, migrate
from shared.protocol import BoundedProtocol
from shared.relay import Relay
from shared.retention import Retention
from shared.settings import ServiceSettings
from shared.stream import Tail
from shared.supervisor import Background, Task
from shared.sweeper import Sweep, Sweeper
from shared.telemetry import configure_logging, log

MAX_BODY_BYTES = 512 * 1024
GRACE_SECONDS = 15
"""How long background work in flight may take when the process ends; requests get the same before it."""

SERVER: dict[str, Any] = {
    "http": BoundedProtocol,
    "ws": "none",
    "log_config": None,
    "access_log": False,  # paths hold codes and searches
    "server_header": False,
    "timeout_graceful_shutdown": GRACE_SECONDS,
}

T = TypeVar("T")
OnStart = Callable[[UnitOfWork], Awaitable[None]]


def create_service(
    settings: ServiceSettings,
    *,
    title: str,
    routers: Sequence[APIRouter],
    subscriptions: Subscriptions,
    sweeps: Sequence[Sweep],
    migrations: Path,
    errors: Mapping[type[Exception], int],
    pool_size: int = MAX_CONNECTIONS,
    batch_size: int = 200,
    on_start: OnStart | None = None,
    followed: Sequence[type[EventModel]] = (),
) -> FastAPI:
    """The application of one service.

    On start: pool, migrations (shared, then `migrations`), `on_start`, then relay, consumer and sweeper in the
    background, supervised; HTTP never waits for them. `errors` maps domain errors to their HTTP status, `followed`
    names the events that `shared.stream` lets clients follow.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = await _starting(open_pool(settings.dsn, size=pool_size, name=settings.service))
        try:
            uow = app.state.uow = UnitOfWork(pool, Clock(settings.time_scale))
            await _starting(_prepare(uow, migrations, on_start))
            tasks = _tasks(settings, uow, subscriptions, sweeps, batch_size)
            if followed:
                tail = app.state.tail = Tail(uow, Health(settings.service, "stream"), followed)
                tasks.append(tail)
            app.state.health = [task.health for task in tasks]
            background = Background(tasks)
            gc.collect()
            gc.freeze()  # what lives as long as the process is never looked through again: 40 ms each time
            try:
                yield
            finally:
                await background.end(within=GRACE_SECONDS)
        finally:
            await close_pool(pool)

    return _application(settings, title, routers, errors, lifespan)


async def _prepare(uow: UnitOfWork, migrations: Path, on_start: OnStart | None) -> None:
    await migrate(uow.pool, SHARED_SQL, migrations)
    if on_start:
        await on_start(uow)


async def _starting(step: Coroutine[Any, Any, T]) -> T:
    """Logs what keeps the service from starting: the server would show a traceback's first line. A task of its own, so
    that a trace begun in it is not that of all later work."""
    try:
        return await asyncio.create_task(step)
    except Exception as error:
        log.critical("service cannot start", exc_info=error)
        raise


def _application(
    settings: ServiceSettings,
    title: str,
    routers: Sequence[APIRouter],
    errors: Mapping[type[Exception], int],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
) -> FastAPI:
    app = FastAPIOffline(
        title=title,
        lifespan=lifespan,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
        redirect_slashes=False,  # behind a proxy a redirect may send the body again over plain HTTP
    )
    app.state.settings = settings
    app.state.verifier = Verifier(settings.issuer, settings.audience, settings.jwks)
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES)
    app.add_middleware(Trace, service=settings.service)
    answer_errors(app, errors)
    for router in (*routers, probes.router):
        app.include_router(router)
    return app


def _tasks(
    settings: ServiceSettings, uow: UnitOfWork, subscriptions: Subscriptions, sweeps: Sequence[Sweep], batch_size: int
) -> list[Task]:
    def health(task: str) -> Health:
        return Health(settings.service, task)

    broker = Broker(settings.kafka, settings.topic_prefix)
    tasks: list[Task] = [Relay(uow, health("relay"), broker), Retention(uow, health("retention"))]
    if sweeps:
        tasks.append(Sweeper(uow, health("sweeper"), sweeps))
    if subscriptions.topics:
        consumer = Consumer(
            uow, health("consumer"), broker, subscriptions, instance=settings.instance, batch_size=batch_size
        )
        tasks.append(consumer)
    return tasks


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Listen until SIGTERM or SIGINT; then requests end, then background work."""
    configure_logging(settings.service)
    uvicorn.run(app, host=settings.host, port=settings.port, **SERVER)
