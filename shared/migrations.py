"""Numbered SQL files, applied once each."""

import hashlib
from pathlib import Path

from shared.db import Pool, Tx

SHARED_SQL = Path(__file__).parent / "sql"
"""Outbox, inbox and idempotency keys: every service has them."""


class ChangedMigration(Exception):
    """Migration {name} was applied already and has another content now: write a new file instead."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__((self.__doc__ or "").format(name=name))


async def migrate(pool: Pool, *folders: Path) -> None:
    """Apply the files of `folders` that this database lacks, in order of folder and name, all or none.

    Idempotent and safe to run from several processes at once. Raises ChangedMigration.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('migration', 0))")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migration"
            " (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT name, sha256 FROM migration")
        applied: dict[str, str] = {row["name"]: row["sha256"] for row in rows}
        for folder in folders:
            for file in sorted(folder.glob("*.sql")):
                await _apply(connection, f"{folder.parent.name}/{file.name}", file.read_text(), applied)


async def _apply(tx: Tx, name: str, sql: str, applied: dict[str, str]) -> None:
    digest = hashlib.sha256(sql.encode()).hexdigest()
    if name not in applied:
        await tx.execute(sql)
        await tx.execute("INSERT INTO migration (name, sha256) VALUES ($1, $2)", name, digest)
    elif applied[name] != digest:
        raise ChangedMigration(name)
