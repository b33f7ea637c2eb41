"""Background tasks that outlive their errors and end together."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from shared.health import Health
from shared.telemetry import describe
from shared.waiting import wait_any

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
CALM = 30.0
"""Seconds of undisturbed work after which the pauses start short again."""


class Task(Protocol):
    """Background work of a process."""

    health: Health

    async def run(self, stop: asyncio.Event) -> None:
        """Work until the event is set. Raising means: start me again later. Returning means: I am done."""


async def supervise(task: Task, stop: asyncio.Event) -> None:
    """Keep a task going until `stop`, with growing pauses between its failures."""
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE
    while not stop.is_set():
        started = loop.time()
        try:
            return await task.run(stop)
        except Exception as error:
            task.health.set("degraded", describe(error))
        if loop.time() - started > CALM:
            pause = FIRST_PAUSE
        await wait_any(pause, stop)
        pause = min(pause * 2, LONGEST_PAUSE)
    return None


class Background:
    """The supervised tasks of one process."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._stop = asyncio.Event()
        self._running = [asyncio.create_task(supervise(task, self._stop), name=task.health.task) for task in tasks]

    async def end(self, *, within: float) -> None:
        """Let them finish what is in flight; cut off what takes longer than `within` seconds."""
        self._stop.set()
        _, late = await asyncio.wait(self._running, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
