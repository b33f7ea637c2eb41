"""Work on the database is tried again while another try can make it good."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from shared.db import TRANSIENT
from shared.telemetry import describe, log
from shared.waiting import wait_any

PATIENCE_SECONDS = 60.0
"""The longest that work is tried again: well below `max_poll_interval`."""
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
UNIQUE_ATTEMPTS = 3
"""Two that race for one row: the second sees the first when tried again."""

T = TypeVar("T")


class Postponed(Exception):
    """The database did not recover in time, or somebody is in a hurry: the work comes again."""


def deadline() -> float:
    """When the patience with work that begins now ends."""
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


async def patiently(work: Callable[[], Awaitable[T]], until: float, *hurry: asyncio.Event) -> T:
    """The outcome of `work`, one transaction. Setting an event of `hurry` cuts waits short. Raises Postponed, and what
    another try cannot make good."""
    pause, duplicates = FIRST_PAUSE, 0
    while True:
        try:
            return await work()
        except asyncpg.UniqueViolationError:
            duplicates += 1
            if duplicates == UNIQUE_ATTEMPTS:
                raise
        except TRANSIENT as error:
            log.warning("database in trouble", error=describe(error))
        late = asyncio.get_running_loop().time() + pause > until
        if late or await wait_any(pause, *hurry):
            raise Postponed
        pause = min(pause * 2, LONGEST_PAUSE)
