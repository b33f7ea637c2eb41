"""The end of a run: nothing is on its way any more."""

import asyncio
import time
from collections.abc import Mapping

from deploy.demo.quiet import watching

CALM = 5.0
WITHIN = 120.0
LOOK_EVERY = 0.1


class NotQuiet(Exception):
    """Something was still on its way."""


async def quiet(env: Mapping[str, str]) -> float:
    """Return, when outboxes were empty, all was read and no clock was due for CALM seconds, how long that took."""
    begun = still_since = time.monotonic()
    async with watching(env) as watch:
        while time.monotonic() - still_since < CALM:
            traffic = await watch()
            if traffic.moving:
                still_since = time.monotonic()
            if still_since - begun > WITHIN:
                raise NotQuiet("; ".join(traffic.moving))
            await asyncio.sleep(LOOK_EVERY)
    return time.monotonic() - begun
