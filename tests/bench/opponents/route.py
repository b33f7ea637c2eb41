"""A bare FastAPI route that takes a report: the same body, the same rows in one transaction, and nothing else."""

import hashlib
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import asyncpg
import uvicorn
from fastapi import FastAPI, Header, Request
from pydantic_core import to_json

from contracts.reports import ReportSubmitted
from services.reports import domain
from services.reports.api import NewReport, Receipt
from shared.db import MAX_CONNECTIONS
from shared.ids import uuid7

REPORT = """
INSERT INTO report (report_id, tracking_code, channel, verified, received_at, situation, reporter_relation, traceparent)
VALUES ($1, $2, $3, true, $4, $5, $6, $7)
"""
REPORTER = "INSERT INTO reporter (report_id, anonymous, name, phone, email) VALUES ($1, $2, $3, $4, $5)"
OUTBOX = """
INSERT INTO outbox (event_id, topic, key, sequence, headers, value, created_at) VALUES ($1, $2, $3, 1, $4, $5, $6)
"""
IDEMPOTENCY = "INSERT INTO idempotency (caller, key, digest, status, answer) VALUES ('', $1, $2, 201, $3)"


def create_app(dsn: str) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=1, max_size=MAX_CONNECTIONS) as app.state.pool:
            yield

    app = FastAPI(lifespan=lifespan)
    app.post("/api/reports", status_code=201)(submit)
    return app


async def submit(body: NewReport, request: Request, idempotency_key: Annotated[str, Header()]) -> Receipt:
    report_id, event_id, now = uuid7(), uuid7(), datetime.now(UTC)
    code = domain.tracking_code(secrets.randbelow(domain.CODES))
    receipt = Receipt(report_id=report_id, tracking_code=code, status_url=f"/api/reports/{code}")
    situation, reporter = body.situation.model_dump_json(), body.reporter
    trace = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    event = {
        "report_id": report_id,
        "channel": body.channel,
        "verified": True,
        "received_at": now,
        "situation": body.situation,
        "reporter_relation": reporter.relation,
    }
    headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", event_id),
        ("ce_type", ReportSubmitted.ce_type),
        ("ce_source", "/punte/reports"),
        ("ce_subject", report_id),
        ("ce_time", now),
        ("ce_sequence", "000000000001"),
        ("ce_correlationid", report_id),
        ("traceparent", trace),
        ("content-type", "application/json"),
    ]
    digest = hashlib.sha256(await request.body()).digest()
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(REPORT, report_id, code, body.channel, now, situation, reporter.relation, trace)
        await connection.execute(REPORTER, report_id, reporter.anonymous, reporter.name, reporter.phone, reporter.email)
        await connection.execute(
            OUTBOX,
            *(event_id, ReportSubmitted.topic, str(report_id)),
            *(to_json(headers).decode(), to_json({"report": event}), now),
        )
        await connection.execute(IDEMPOTENCY, idempotency_key, digest, receipt.model_dump_json())
    return receipt


if __name__ == "__main__":
    port, dsn = sys.argv[1:]
    uvicorn.run(create_app(dsn), port=int(port), log_config=None, access_log=False, server_header=False)
