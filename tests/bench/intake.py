"""POST /api/reports, as 64 clients can send them, against a bare route that writes the same rows."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from statistics import median
from time import perf_counter

import uvloop

from services.reports.app import MIGRATIONS
from services.reports.examples import EXAMPLES
from shared.ids import uuid7
from shared.migrations import migrate
from tests.bench.clients import Server, server
from tests.bench.figures import Row
from tests.bench.stack import Stack

CLIENTS = 64
SECONDS = 5.0
ROUNDS = 3
PORT = 50
"""Of the bare route, above the stack's base."""
REPORT = json.dumps(EXAMPLES["pensionara-singura"]["value"]).encode()
PATH = "/api/reports"


def measure(stack: Stack) -> Iterator[Row]:
    stack.up("reports")
    ours, bare = uvloop.run(alternate(stack))
    yield f"intake, {CLIENTS} clients", f"{ours:,.0f} reports/s", ""
    yield "intake, a bare route", f"{bare:,.0f} reports/s", ""
    yield "intake, against the bare route", f"{ours / bare:.2f}", "at least 0.6"


async def alternate(stack: Stack) -> tuple[float, float]:
    url = stack.env["PUNTE_REPORTS_URL"]
    async with bare_route(stack) as opponent:
        rates = [(await rate(url), await rate(opponent)) for _ in range(ROUNDS)]
    return median(ours for ours, _ in rates), median(bare for _, bare in rates)


@asynccontextmanager
async def bare_route(stack: Stack) -> AsyncIterator[str]:
    """Its address; it has the tables of the reports."""
    async with stack.database() as (dsn, pool):
        await migrate(pool, MIGRATIONS)
        async with stack.opponent("route", PORT, dsn) as url:
            yield url


async def rate(url: str) -> float:
    """Reports per second that all clients together get answered."""
    with server(url) as asked:
        begun = perf_counter()
        async with asyncio.TaskGroup() as clients:
            sent = [clients.create_task(send(asked, begun + SECONDS)) for _ in range(CLIENTS)]
        return sum(task.result() for task in sent) / (perf_counter() - begun)


async def send(asked: Server, until: float) -> int:
    sent = 0
    while perf_counter() < until:
        await asked.post(PATH, REPORT, {"idempotency-key": str(uuid7())})
        sent += 1
    return sent
