"""What happens around the hotline: operators take calls, triage and capacity tell; and what was kept and published."""

from typing import Any
from uuid import UUID

import httpx

from contracts.hotline import CallLogged
from contracts.situation import Reporter, Situation
from contracts.vocabulary import CallType
from services.hotline.consumers import subscriptions
from services.hotline.handlers import log_call
from shared.db import UnitOfWork
from shared.envelope import Received
from tests.unit.hotline.building import COLLEAGUE, NOW

BEATEN_CHILD = {
    "need": "child-abuse-leave-home",
    "narrative": "Plânge de ieri.",
    "location": {"sector": 2},
    "people": [{"role": "subject", "age": 4}],
}
CALL = {"line": "child-119", "call_type": "about-other", "started_at": NOW.isoformat(), "situation": BEATEN_CHILD}
SILENT = {"line": "child-119", "call_type": "silent", "started_at": NOW.isoformat()}
CANARY = {"name": "Canarina Privighetoare", "phone": "0799 123 456", "email": "canarina@example.ro"}


async def take(client: httpx.AsyncClient, **more: Any) -> UUID:
    """A call on 119 about a child, answered with 201."""
    answer = await client.post("/api/calls", json=CALL | more)
    assert answer.status_code == 201
    return UUID(answer.json()["call_id"])


async def taken_by_colleague(uow: UnitOfWork, line: str) -> UUID:
    """A call without a place, so that it belongs to its line's authority; who spoke left a name."""
    async with uow.begin() as tx:
        call = await log_call(
            tx,
            line=line,
            call_type=CallType.ABOUT_OTHER,
            started_at=NOW,
            ended_at=None,
            situation=Situation(),
            reporter=Reporter(**CANARY),
            proposed_urgency=None,
            operator=COLLEAGUE,
            hash_key=b"k" * 32,
            now=uow.clock.now(),
        )
    return call.call_id


async def hear(uow: UnitOfWork, *events: Received[Any]) -> None:
    """One batch, as the consumer hands it over after its inbox."""
    async with uow.begin() as tx:
        await subscriptions.dispatch(tx, list(events), uow.clock)


async def read(client: httpx.AsyncClient, call_id: UUID) -> dict[str, Any]:
    answer = await client.get(f"/api/calls/{call_id}")
    assert answer.status_code == 200
    call: dict[str, Any] = answer.json()
    return call


async def published(uow: UnitOfWork) -> list[CallLogged]:
    """What is in the outbox, in its order."""
    return [
        CallLogged.model_validate_json(row["value"])
        for row in await uow.pool.fetch("SELECT value FROM outbox ORDER BY id")
    ]


async def written(uow: UnitOfWork) -> dict[str, list[str]]:
    """Every row of every table as text; events readable."""
    tables = [row["name"] for row in await uow.pool.fetch("SELECT relname AS name FROM pg_stat_user_tables")]
    rows = {table: await uow.pool.fetch(f'SELECT t::text AS row FROM "{table}" t') for table in tables}
    values = await uow.pool.fetch("SELECT convert_from(value, 'UTF8') AS row FROM outbox")
    return {table: [row["row"] for row in found] for table, found in (rows | {"outbox value": values}).items()}


async def count(uow: UnitOfWork) -> dict[str, int]:
    """How many rows the tables of a call have."""
    return {table: len(rows) for table, rows in (await written(uow)).items() if table in NOTHING}


NOTHING = dict.fromkeys(("call", "reporter", "outbox", "idempotency", "step"), 0)
