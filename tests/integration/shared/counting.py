"""The lab's HTTP side: a number is posted, kept and published."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, Response
from pydantic import BaseModel

from shared.auth import anyone
from shared.consumer import Subscriptions
from shared.envelope import EventModel
from shared.http import IdempotencyKey, Sent, Work
from shared.idempotency import once
from shared.ids import uuid7
from shared.outbox import Outgoing, publish
from shared.service import create_service
from shared.settings import ServiceSettings
from shared.stream import EventStream, Followed
from shared.telemetry import current_correlation_id, current_traceparent
from tests.integration.shared import lab
from tests.integration.shared.models import Counted

router = APIRouter(dependencies=[anyone])


class Settings(ServiceSettings):
    service: ClassVar[str] = lab.SERVICE
    port_offset: ClassVar[int] = 9


class Number(BaseModel):
    number: int
    note_length: int = 0


class Receipt(BaseModel):
    id: UUID


@router.post("/counts", status_code=201)
@router.post("/other-counts", status_code=201)
async def count(body: Number, uow: Work, sent: Sent, key: IdempotencyKey = None, who: str = "ana") -> Response:
    """Every call that has an effect adds a row to `heard` and an event."""
    async with uow.begin() as tx:

        async def answer() -> Receipt:
            receipt = Receipt(id=uuid7())
            await tx.execute("INSERT INTO heard (key, number) VALUES ($1, $2)", str(receipt.id), body.number)
            event = Counted(number=body.number, note="x" * body.note_length)
            told = Outgoing(event, str(receipt.id), 1, current_correlation_id(), current_traceparent())
            await publish(tx, [told], uow.clock.now())
            return receipt

        return await once(tx, key, who, sent, answer)


@router.get("/even-counts", response_class=EventStream)
async def even_counts(followed: Followed, until: float = 2e9) -> EventStream:
    """Odd numbers are nobody's business."""

    def show(event: EventModel) -> Counted | None:
        return event if isinstance(event, Counted) and event.number % 2 == 0 else None

    return followed.response(show, until)


def create_app(settings: Settings, subscriptions: Subscriptions, migrations: Path) -> FastAPI:
    return create_service(
        settings,
        title="Lab",
        routers=[router],
        subscriptions=subscriptions,
        sweeps=[],
        migrations=migrations,
        errors={},
        followed=[Counted],
    )


@asynccontextmanager
async def service(dsn: str, kafka: str, prefix: str, migrations: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The lab as it runs in production, but for the socket."""
    settings = Settings(dsn=dsn, kafka=kafka, topic_prefix=prefix, issuer="i", audience="a", jwks="none")
    app = create_app(settings, lab.listening(), migrations)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://lab") as client,
    ):
        yield client
