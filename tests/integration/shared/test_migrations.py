"""Numbered SQL files, applied once each."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shared.db import Pool, close_pool, open_pool
from shared.migrations import SHARED_SQL, ChangedMigration, migrate


@pytest.fixture
async def pool(empty_database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(empty_database)
    yield pool
    await close_pool(pool)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations of a service called lab."""
    folder = tmp_path / "lab" / "migrations"
    folder.mkdir(parents=True)
    (folder / "001_first.sql").write_text("CREATE TABLE first (id integer); INSERT INTO first VALUES (1);")
    return folder


async def applied(pool: Pool) -> list[str]:
    return [row["name"] for row in await pool.fetch("SELECT name FROM migration ORDER BY name")]


async def test_files_are_applied_once_in_order(pool: Pool, folder: Path) -> None:
    (folder / "002_second.sql").write_text("INSERT INTO first VALUES (2);")
    for _ in range(3):
        await migrate(pool, SHARED_SQL, folder)
    assert await pool.fetchval("SELECT array_agg(id) FROM first") == [1, 2]
    assert await applied(pool) == [
        "lab/001_first.sql",
        "lab/002_second.sql",
        "shared/001_outbox.sql",
        "shared/002_inbox.sql",
        "shared/003_idempotency.sql",
        "shared/004_dead_letters.sql",
    ]


async def test_a_new_file_is_applied_to_a_database_that_is_in_use(pool: Pool, folder: Path) -> None:
    await migrate(pool, folder)
    (folder / "002_second.sql").write_text("INSERT INTO first VALUES (2);")
    await migrate(pool, folder)
    assert await pool.fetchval("SELECT count(*) FROM first") == 2


async def test_processes_that_start_at_once_apply_them_once(pool: Pool, folder: Path) -> None:
    await asyncio.gather(*(migrate(pool, SHARED_SQL, folder) for _ in range(6)))
    assert await pool.fetchval("SELECT count(*) FROM first") == 1


async def test_an_applied_file_that_changed_is_refused(pool: Pool, folder: Path) -> None:
    await migrate(pool, folder)
    (folder / "001_first.sql").write_text("CREATE TABLE first (id bigint);")
    (folder / "002_second.sql").write_text("INSERT INTO first VALUES (2);")
    with pytest.raises(ChangedMigration, match="lab/001_first"):
        await migrate(pool, folder)
    assert await pool.fetchval("SELECT count(*) FROM first") == 1


async def test_a_file_that_fails_leaves_nothing_of_itself_and_of_those_before_it(pool: Pool, folder: Path) -> None:
    (folder / "002_second.sql").write_text("INSERT INTO nowhere VALUES (2);")
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(pool, folder)
    assert await pool.fetchval("SELECT to_regclass('first')::text") is None
