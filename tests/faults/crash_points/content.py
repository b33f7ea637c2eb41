"""What a database holds, comparable between runs: ids, times and secrets are drawn anew in each."""

import re
from collections import Counter
from functools import lru_cache
from typing import TypeAlias

import asyncpg

Content: TypeAlias = Counter[str]
"""Rows of all tables, masked."""

COLUMNS = """
    SELECT table_name, string_agg(format('%I', column_name), ', ' ORDER BY ordinal_position) AS columns
    FROM information_schema.columns JOIN pg_stat_user_tables ON relname = table_name
    WHERE is_identity = 'NO' GROUP BY table_name ORDER BY table_name
"""
"""Numbers that a sequence gives have gaps where somebody died."""
MASKS = [
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "‹id›"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:?\d\d)?)?"), "‹time›"),
    (re.compile(r"\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b"), "‹trace›"),
    (re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b"), "‹code›"),
]
BYTES = re.compile(r"\\\\x([0-9a-f]+)")


async def content(dsn: str) -> Content:
    connection = await asyncpg.connect(dsn)
    try:
        found: Content = Counter()
        for table, columns in await connection.fetch(COLUMNS):
            found.update(
                [
                    f"{table} {masked(row)}"
                    for (row,) in await connection.fetch(f"SELECT ROW({columns})::text FROM {table}")
                ]
            )
        return found
    finally:
        await connection.close()


@lru_cache(100_000)
def masked(row: str) -> str:
    text = BYTES.sub(lambda found: readable(bytes.fromhex(found[1])), row)
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def readable(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "‹digest›"
