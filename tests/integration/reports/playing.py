"""What happens around the reports: somebody reports, triage answers; and what was kept and published."""

from typing import Any

import httpx

from contracts.reports import ReportSubmitted
from services.reports.consumers import subscriptions
from shared.db import UnitOfWork
from shared.envelope import Received

BEATEN_CHILD = {
    "need": "child-abuse-leave-home",
    "narrative": "Plânge de ieri.",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 4}],
}
CANARY = {"name": "Canarina Privighetoare", "phone": "0799 123 456", "email": "canarina@example.ro"}


async def submit(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """A report of the web form, answered with 201."""
    answer = await client.post("/api/reports", json={"channel": "web", "situation": BEATEN_CHILD} | more)
    assert answer.status_code == 201
    receipt: dict[str, Any] = answer.json()
    return receipt


async def hear(uow: UnitOfWork, *events: Received[Any]) -> None:
    """One batch, as the consumer hands it over after its inbox."""
    async with uow.begin() as tx:
        await subscriptions.dispatch(tx, list(events), uow.clock)


async def statuses(client: httpx.AsyncClient, receipt: dict[str, Any]) -> list[str]:
    """The public history, first to last."""
    answer = await client.get(receipt["status_url"])
    return [moment["status"] for moment in answer.json()["history"]]


async def published(uow: UnitOfWork) -> list[ReportSubmitted]:
    """What is in the outbox, in its order."""
    return [
        ReportSubmitted.model_validate_json(row["value"])
        for row in await uow.pool.fetch("SELECT value FROM outbox ORDER BY id")
    ]


async def written(uow: UnitOfWork) -> dict[str, list[str]]:
    """Every row of every table as text; events readable."""
    tables = [row["name"] for row in await uow.pool.fetch("SELECT relname AS name FROM pg_stat_user_tables")]
    rows = {table: await uow.pool.fetch(f'SELECT t::text AS row FROM "{table}" t') for table in tables}
    values = await uow.pool.fetch("SELECT convert_from(value, 'UTF8') AS row FROM outbox")
    return {table: [row["row"] for row in found] for table, found in (rows | {"outbox value": values}).items()}


async def count(uow: UnitOfWork) -> dict[str, int]:
    """How many rows the tables of a report have."""
    return {table: len(rows) for table, rows in (await written(uow)).items() if table in NOTHING}


NOTHING = dict.fromkeys(("report", "reporter", "outbox", "idempotency", "step"), 0)
