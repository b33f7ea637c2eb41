"""Waiting for what should come."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

POLL = 0.05
PATIENCE = 20.0


class DemoError(Exception):
    """The demonstration cannot go on; the message is one sentence, Romanian first."""


async def until(probe: Callable[[], Awaitable[T]], what: str, patience: float = PATIENCE) -> T:
    """The probe's first truthy result. Raises DemoError when there is none in time."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (result := await probe()):
        if asyncio.get_running_loop().time() > deadline:
            raise DemoError(f"Nu s-a întâmplat în {patience:.0f} s / Did not happen within {patience:.0f} s: {what}.")
        await asyncio.sleep(POLL)
    return result
