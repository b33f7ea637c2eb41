"""One hop: the consumer of `shared` against a textbook subscriber and a bare bulk loop, which write the same rows."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import psutil
import uvloop

from shared.broker import Broker, create_topics
from shared.db import Pool
from shared.testing import wait_until
from tests.bench.figures import Row
from tests.bench.opponents.hop import TABLES, TOPIC, Place
from tests.bench.stack import Stack, syncs_per_second
from tests.integration.shared import wire
from tests.integration.shared.models import Counted

PREFIX = "hop."
EVENTS = {"reference": 20_000, "bare": 20_000, "textbook": 3_000}
"""The first that many of the same topic."""
KEYS = 5_000
NOTE = "x" * 400
ROUNDS = 3
SLOW_DISK = 500
LOOK_EVERY = 0.01
ROWS = """
SELECT (SELECT count(*) FROM inbox) AS inbox, (SELECT count(*) FROM heard) AS heard,
       (SELECT count(*) FROM doubled) AS doubled, (SELECT count(*) FROM outbox) AS outbox
"""


@dataclass(frozen=True)
class Moment:
    at: float
    events: int
    cpu: float


@dataclass(frozen=True)
class Run:
    rate: float
    """Events per second."""
    cpu: float
    """Microseconds of processor time per event, of the consuming process."""


def measure(stack: Stack) -> Iterator[Row]:
    stack.up()
    syncs = syncs_per_second(stack.state)
    runs = uvloop.run(alternate(stack))
    rate = {name: median(run.rate for run in of) for name, of in runs.items()}
    cpu = {name: median(run.cpu for run in of) for name, of in runs.items()}
    yield "the disk: fdatasync of 8 KiB", f"{syncs:,.0f}/s", ""
    for name in runs:
        yield f"hop, {name}", f"{rate[name]:,.0f} events/s, {cpu[name]:,.0f} µs of CPU per event", ""
    aim = 20 if syncs <= SLOW_DISK else 5
    yield "hop, against textbook", f"{rate['reference'] / rate['textbook']:.1f} ×", f"at least {aim} ×"
    yield "— CPU per event, textbook's to ours", f"{cpu['textbook'] / cpu['reference']:.1f} ×", ""
    yield "hop, against bare", f"{rate['reference'] / rate['bare']:.2f}", "at least 0.5"


async def alternate(stack: Stack) -> dict[str, list[Run]]:
    await fill(stack)
    runs: dict[str, list[Run]] = {name: [] for name in EVENTS}
    for number in range(ROUNDS):
        for name in EVENTS:
            runs[name].append(await consume(stack, name, f"{name}-{number}"))
    return runs


async def fill(stack: Stack) -> None:
    broker = Broker(stack.kafka, PREFIX)
    await create_topics(broker.bootstrap, [TOPIC], broker.prefix)
    await wire.send(broker, *(event(number) for number in range(max(EVENTS.values()))))


def event(number: int) -> wire.Raw:
    sequence, key = divmod(number, KEYS)
    told = wire.raw(Counted(number=number, note=NOTE), f"key-{key:04}")
    return told.but("ce_sequence", f"{sequence + 1:012}".encode())


async def consume(stack: Stack, name: str, group: str) -> Run:
    async with stack.database(TABLES) as (dsn, pool):
        place = Place(dsn, stack.kafka, PREFIX, group)
        return await time(name, place, pool)


async def time(name: str, place: Place, pool: Pool) -> Run:
    """From its first rows, when it has joined its group, to its last."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.bench.opponents.{name}", *place.arguments),
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        await process.stdout.readline()
        process.stdin.write(b"\n")
        begun = await moment(process, pool, 1)
        ended = await moment(process, pool, EVENTS[name])
    finally:
        process.kill()
        await process.wait()
    counts = set((await pool.fetchrow(ROWS) or {}).values())
    assert len(counts) == 1, f"{name} wrote not four rows per event: {counts}"
    events = ended.events - begun.events
    return Run(events / (ended.at - begun.at), 1e6 * (ended.cpu - begun.cpu) / events)


async def moment(process: Process, pool: Pool, number: int) -> Moment:
    """When so many events have been stored. Nothing is rolled back, so ids have no gaps."""

    async def stored() -> int:
        events = int(await pool.fetchval("SELECT coalesce(max(id), 0) FROM outbox"))
        return events if events >= number else 0

    events = await wait_until(stored, timeout=120, what=f"{number} events", every=LOOK_EVERY)
    times = psutil.Process(process.pid).cpu_times()
    return Moment(perf_counter(), events, times.user + times.system)
