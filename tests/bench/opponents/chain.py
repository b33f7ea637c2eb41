"""A bare chain of as many hops as a report has: a route that inserts and produces, a consumer that inserts and
produces, a consumer that inserts and is read by the center's list query. No outbox, no inbox, no rules."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import uvicorn
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from fastapi import FastAPI

from services.capacity.store import reading
from services.reports.api import NewReport
from shared.broker import TopicSpec
from shared.ids import uuid7

REPORTS, CASES = TopicSpec("chain.report"), TopicSpec("chain.case")
TABLES = "CREATE TABLE told (id uuid PRIMARY KEY, content jsonb NOT NULL, at timestamptz NOT NULL)"
TELL = "INSERT INTO told SELECT id, content::jsonb, $3 FROM unnest($1::uuid[], $2::text[]) AS row (id, content)"
PLACE = """
INSERT INTO placement (case_id, state, urgency, request, seen, round, sequence, correlation_id, traceparent)
SELECT id, 'offered', 'U4', content::jsonb, 1, 1, 1, '', '' FROM unnest($1::uuid[], $2::text[]) AS row (id, content)
"""
OFFER = """
INSERT INTO offer (id, case_id, round, service_id, state, offered_at, expires_at, note)
SELECT id, case_id, 1, $3, 'offered', $4, $5, '' FROM unnest($1::uuid[], $2::uuid[]) AS row (id, case_id)
"""
ACCEPT = "UPDATE offer SET state = 'accepted', ended_at = $2 WHERE id = $1"

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Store: TypeAlias = Callable[[Sequence[Any]], Awaitable[None]]


def intake(dsn: str, kafka: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(dsn) as app.state.pool, AIOKafkaProducer(bootstrap_servers=kafka) as app.state.producer:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/reports", status_code=201)
    async def submit(body: NewReport) -> dict[str, UUID]:
        report_id, content = uuid7(), body.situation.model_dump_json()
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(TELL, [report_id], [content], datetime.now(UTC))
        await app.state.producer.send_and_wait(REPORTS.name, content.encode(), str(report_id).encode())
        return {"report_id": report_id}

    return app


def middle(dsn: str, kafka: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            opened(dsn) as pool,
            AIOKafkaProducer(bootstrap_servers=kafka) as producer,
            consuming(kafka, REPORTS, lambda records: tell_on(pool, producer, records)),
        ):
            yield

    return FastAPI(lifespan=lifespan)


async def tell_on(pool: Pool, producer: AIOKafkaProducer, records: Sequence[Any]) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(TELL, ids(records), contents(records), datetime.now(UTC))
    await asyncio.gather(*[await producer.send(CASES.name, record.value, record.key) for record in records])


def center(dsn: str, kafka: str, row: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(dsn) as pool:
            app.state.pool = pool
            service_id = await pool.fetchval("SELECT id FROM service WHERE row = $1", row)
            async with consuming(kafka, CASES, lambda records: offer(pool, service_id, records)):
                yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/api/centers/{center_id}/offers")
    async def offers(center_id: UUID, state: str) -> dict[str, list[dict[str, Any]]]:
        async with app.state.pool.acquire() as connection:
            rows = await reading.offers(connection, center_id, state, UUID(int=0), 100)
        return {"items": [{"offer_id": row["id"], "case_id": row["case_id"]} for row in rows]}

    @app.post("/api/offers/{offer_id}/accept")
    async def accept(offer_id: UUID) -> None:
        await app.state.pool.execute(ACCEPT, offer_id, datetime.now(UTC))

    return app


async def offer(pool: Pool, service_id: UUID, records: Sequence[Any]) -> None:
    now = datetime.now(UTC)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(PLACE, ids(records), contents(records))
        new = [uuid7() for _ in records]
        await connection.execute(OFFER, new, ids(records), service_id, now, now + timedelta(days=1))


@asynccontextmanager
async def consuming(kafka: str, topic: TopicSpec, store: Store) -> AsyncIterator[None]:
    task = asyncio.create_task(consume(kafka, topic, store))
    yield
    task.cancel()


async def consume(kafka: str, topic: TopicSpec, store: Store) -> None:
    consumer = AIOKafkaConsumer(
        topic.name,
        bootstrap_servers=kafka,
        group_id=topic.name,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    async with consumer:
        while True:
            batches = await consumer.getmany(timeout_ms=200, max_records=200)
            if records := [record for batch in batches.values() for record in batch]:
                await store(records)
                await consumer.commit()


def opened(dsn: str) -> Pool:
    return asyncpg.create_pool(dsn, min_size=1, max_size=8)


def ids(records: Sequence[Any]) -> list[UUID]:
    return [UUID(record.key.decode()) for record in records]


def contents(records: Sequence[Any]) -> list[str]:
    return [record.value.decode() for record in records]


def app(role: str, dsn: str, kafka: str, row: str) -> FastAPI:
    return {"intake": intake, "middle": middle}[role](dsn, kafka) if role != "center" else center(dsn, kafka, row)


if __name__ == "__main__":
    port, *arguments = sys.argv[1:]
    uvicorn.run(app(*arguments), port=int(port), log_config=None, access_log=False, server_header=False)
