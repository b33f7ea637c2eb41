"""The two ways of a report: through the product, and through a bare chain of as many hops."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.local.keys import token
from services.capacity import handlers
from shared.broker import create_topics
from shared.db import Pool, UnitOfWork
from shared.migrations import migrate
from tests.bench.clients import server
from tests.bench.opponents import chain
from tests.bench.reporting import ROW, Way
from tests.bench.stack import Stack

CAPACITY = Path(handlers.__file__).parents[1]
PLACES = 5_000
FREE_PLACES = f"""
WITH wanted AS (
    SELECT unit.id, {PLACES} + count(place.id) FILTER (WHERE free_since IS NULL) AS total
    FROM unit LEFT JOIN place ON unit_id = unit.id GROUP BY unit.id
), grown AS (
    UPDATE unit SET places = total FROM wanted WHERE wanted.id = unit.id RETURNING unit.id, OLD.places AS before, total
)
INSERT INTO place (id, unit_id, number, free_since)
SELECT gen_random_uuid(), id, number, now() FROM grown CROSS JOIN generate_series(before + 1, total) AS number
"""
PORTS = {"intake": 60, "middle": 61, "center": 62}
"""Of the chain's programs, above the stack's base."""


@asynccontextmanager
async def product(stack: Stack) -> AsyncIterator[Way]:
    staff = {"authorization": f"Bearer {token(stack.state, 'center_staff', [ROW])}"}

    async def sources(case_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        connection = await asyncpg.connect(stack.env["PUNTE_TRIAGE_DSN"])
        rows = await connection.fetch("SELECT case_id, source_id FROM source WHERE case_id = ANY ($1)", list(case_ids))
        await connection.close()
        return {row["case_id"]: row["source_id"] for row in rows}

    with server(stack.env["PUNTE_REPORTS_URL"]) as reports, server(stack.env["PUNTE_CAPACITY_URL"], staff) as center:
        yield Way(reports, center, sources)


@asynccontextmanager
async def bare_chain(stack: Stack) -> AsyncIterator[Way]:
    """Three programs with a database each. A case has its report's id."""

    async def sources(case_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        return {case_id: case_id for case_id in case_ids}

    await create_topics(stack.kafka, [chain.REPORTS, chain.CASES])
    async with AsyncExitStack() as programs:
        urls = {}
        for role, offset in PORTS.items():
            dsn, pool = await programs.enter_async_context(stack.database(chain.TABLES))
            if role == "center":
                await migrate(pool, CAPACITY / "migrations")
                await import_directory(pool)
            opponent = stack.opponent("chain", offset, role, dsn, stack.kafka, ROW)
            urls[role] = await programs.enter_async_context(opponent)
        with server(urls["intake"]) as reports, server(urls["center"]) as center:
            yield Way(reports, center, sources)


async def import_directory(pool: Pool) -> None:
    uow = UnitOfWork(pool)
    async with uow.begin() as tx:
        await handlers.import_directory(tx, CAPACITY / "data", uow.clock)


async def free_places(stack: Stack) -> None:
    """Fill every unit up until 5,000 places are free, in the bench's own database."""
    connection = await asyncpg.connect(stack.env["PUNTE_CAPACITY_DSN"])
    await connection.execute(FREE_PLACES)
    await connection.execute("ANALYZE place")
    await connection.close()
