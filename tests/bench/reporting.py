"""Reports that are posted at a rate, and the center that reads its offers and accepts them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter
from uuid import UUID

from services.capacity.domain.directory import identity
from services.reports.examples import EXAMPLES
from tests.bench.clients import Server

ROW = "S2-13"
OFFERS = f"/api/centers/{identity('center', ROW)}/offers?state=offered"
REPORT = json.dumps(EXAMPLES["pensionara-singura"]["value"]).encode()
"""Nobody has to decide about it, and the center of that row is the first that fits."""
LOOK_EVERY = 0.005
PATIENCE = 15.0


@dataclass
class Way:
    """From the intake to the center. `sources` tells the report of each case."""

    reports: Server
    center: Server
    sources: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, UUID]]]


@dataclass
class Run:
    """When each report was sent and answered, by its id, and each offer first seen, by its case; seconds of one
    clock."""

    way: Way
    sent: dict[UUID, float] = field(default_factory=dict)
    answered: dict[UUID, float] = field(default_factory=dict)
    offered: dict[UUID, float] = field(default_factory=dict)

    async def post(self) -> None:
        begun = perf_counter()
        report_id = UUID((await self.way.reports.post("/api/reports", REPORT)).json()["report_id"])
        self.sent[report_id], self.answered[report_id] = begun, perf_counter()

    async def look(self) -> list[str]:
        """Read the list as the center does; the offers that were not there before."""
        items = (await self.way.center.get(OFFERS)).json()["items"]
        new = [offer for offer in items if UUID(offer["case_id"]) not in self.offered]
        self.offered |= dict.fromkeys((UUID(offer["case_id"]) for offer in new), perf_counter())
        return [offer["offer_id"] for offer in new]

    async def accept(self, offer_id: str) -> None:
        await self.way.center.post(f"/api/offers/{offer_id}/accept")


@dataclass(frozen=True)
class Journey:
    """Milliseconds of the reports of a run: from sending, and from the answer, until the offer was read. Those without
    an offer took for ever."""

    sent: list[float]
    answered: list[float]


async def travel(way: Way, rate: float, number: int) -> Journey:
    await accept_what_is_left(way)
    run = Run(way)
    async with asyncio.TaskGroup() as both:
        both.create_task(post_steadily(run.post, rate, range(number)))
        both.create_task(look_until(run, number, perf_counter() + number / rate + PATIENCE))
    sources = await way.sources(run.offered)
    seen = {sources[case_id]: at for case_id, at in run.offered.items()}
    return Journey(_passed(run.sent, seen), _passed(run.answered, seen))


async def accept_what_is_left(way: Way) -> None:
    """By a run before this one."""
    left = Run(way)
    while offers := await left.look():
        await asyncio.gather(*map(left.accept, offers))


def _passed(begun: Mapping[UUID, float], seen: Mapping[UUID, float]) -> list[float]:
    return [1000 * (seen.get(report_id, float("inf")) - at) for report_id, at in begun.items()]


def percentile(values: list[float], number: int) -> float:
    return quantiles(values, n=100)[number - 1]


async def post_steadily(post: Callable[[], Coroutine[None, None, None]], rate: float, numbers: Iterable[int]) -> None:
    """Each at its time, whether or not the one before was answered."""
    begun = perf_counter()
    async with asyncio.TaskGroup() as posts:
        for n in numbers:
            await asyncio.sleep(max(0.0, begun + n / rate - perf_counter()))
            posts.create_task(post())


async def look_until(run: Run, expected: int, deadline: float) -> None:
    """Only while somebody waits for an offer, so that looking is no load of its own. What is seen is accepted, as it
    would be, or the list would grow longer than any center's."""
    async with asyncio.TaskGroup() as answers:
        while len(run.offered) < expected and perf_counter() < deadline:
            if len(run.offered) < len(run.answered):
                for offer_id in await run.look():
                    answers.create_task(run.accept(offer_id))
            await asyncio.sleep(LOOK_EVERY)
