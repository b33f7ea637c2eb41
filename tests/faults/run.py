"""One run: a world, a crowd, a plan of faults, then quiet and judgement."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg

from deploy.demo.gather import gather
from shared.db import TRANSIENT
from tests.faults.answers import Ledger
from tests.faults.checker import Finding, forgotten_units, judge
from tests.faults.crowd import Crowd
from tests.faults.plan import Dose, Strike, plan
from tests.faults.quiet import quiet
from tests.faults.strikes import Log, Striker
from tests.faults.world import World, new_world

TWO_HOLDERS = "SELECT place_id FROM stay WHERE state <> 'ended' AND place_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Course:
    """What is to be run: so many reports and calls within about so many seconds, every deadline `time_scale` times
    nearer."""

    seed: int
    reports: int
    seconds: float
    dose: Dose
    longest_pause: float
    time_scale: float


@dataclass(frozen=True)
class Outcome:
    """`breaches` by the name of the check; `took` and `quiet_after` in seconds."""

    finding: Finding
    strikes: Sequence[Strike]
    breaches: Mapping[str, Sequence[str]]
    took: float
    quiet_after: float

    @property
    def broken(self) -> dict[str, Sequence[str]]:
        """The checks that did not hold."""
        return {check: lines for check, lines in self.breaches.items() if lines}


@dataclass
class Watcher:
    """Looks at the places all the while: a second holder would be seen even if it did not last."""

    world: World
    shared: set[str] = field(default_factory=set)

    async def watch(self) -> None:
        while True:
            with suppress(*TRANSIENT, asyncpg.PostgresError):
                connection = await self.world.connect("capacity")
                try:
                    self.shared |= {str(row["place_id"]) for row in await connection.fetch(TWO_HOLDERS, timeout=5)}
                finally:
                    connection.terminate()
            await asyncio.sleep(LOOK_EVERY)


async def run(course: Course, log: Log) -> Outcome:
    """Raises NotQuiet when something is still on its way two minutes after the last report and the last fault."""
    begun = time.monotonic()
    async with new_world(course.time_scale) as world:
        ledger, striker, watcher = Ledger(), Striker(world, log), Watcher(world)
        crowd = Crowd(world, ledger, random.Random(course.seed), course.reports, course.seconds)
        async with asyncio.TaskGroup() as background:
            watching = background.create_task(watcher.watch())
            background.create_task(crowd.work())
            strikes = plan(course.seed, course.dose, course.seconds, course.longest_pause)
            await asyncio.gather(crowd.report_all(), striker.carry_out(strikes))
            log(f"{len(ledger.taken)} answered with 201, {ledger.failed} other answers, {len(striker.done)} faults")
            crowd.closing.set()
            await world.all_ready()
            quiet_after = await quiet(world.direct)
            log(f"quiet after {quiet_after:.0f} s")
            crowd.over.set()
            watching.cancel()
        evidence = await gather(world.direct, world.state / "log", [])
        finding = Finding(ledger, evidence, await forgotten_units(world), frozenset(watcher.shared))
        breaches = await asyncio.to_thread(judge, finding)
        return Outcome(finding, striker.done, breaches, time.monotonic() - begun, quiet_after)
