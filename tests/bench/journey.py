"""From a report to the offer that the center can read, against a bare chain of as many hops; and how many at a time."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from time import perf_counter

import uvloop

from deploy.local.env import SERVICES
from tests.bench import ways
from tests.bench.figures import Row
from tests.bench.reporting import Journey, Way, percentile, travel
from tests.bench.stack import Stack

RATE = 10.0
SECONDS = 25.0
ROUNDS = 3
WARM_UP = 30
RATES = (20, 40, 60, 80, 100, 125, 150, 200, 250, 300)
STEP_SECONDS = 10.0
LIMIT_MS = 2_000


def measure(stack: Stack) -> Iterator[Row]:
    stack.up(*SERVICES)
    ours, bare = uvloop.run(alternate(stack))
    yield from latency("POST answered → offer readable", [run.answered for run in ours], ("60 ms", "200 ms"))
    yield from latency("POST sent → offer readable", [run.sent for run in ours], ("", ""))
    yield from latency("the same through a bare chain", [run.sent for run in bare], ("", ""))
    for number in (50, 99):
        ratio = middle([run.sent for run in ours], number) / middle([run.sent for run in bare], number)
        yield f"journey, against the bare chain, p{number}", f"{ratio:.2f} ×", "at most 2 ×"
    yield from uvloop.run(climb(stack))


def latency(name: str, runs: Sequence[list[float]], aims: tuple[str, str]) -> Iterator[Row]:
    for number, aim in zip((50, 99), aims, strict=True):
        yield f"{name}, {RATE:g}/s, p{number}", f"{middle(runs, number):.0f} ms", aim


def middle(runs: Sequence[list[float]], number: int) -> float:
    return median(percentile(run, number) for run in runs)


async def alternate(stack: Stack) -> tuple[list[Journey], list[Journey]]:
    await ways.free_places(stack)
    async with ways.product(stack) as product, ways.bare_chain(stack) as chain:
        await asyncio.gather(travel(product, RATE, WARM_UP), travel(chain, RATE, WARM_UP))
        runs = [(await go(product), await go(chain)) for _ in range(ROUNDS)]
    return [ours for ours, _ in runs], [bare for _, bare in runs]


async def go(way: Way) -> Journey:
    return await travel(way, RATE, round(RATE * SECONDS))


async def climb(stack: Stack) -> list[Row]:
    """Raise the rate until an offer may take longer than the limit."""
    best = "none"
    async with ways.product(stack) as product:
        for rate in RATES:
            await ways.free_places(stack)
            busy, begun = stack.cpu_seconds(), perf_counter()
            run = await travel(product, rate, round(rate * STEP_SECONDS))
            shares = load(busy, stack.cpu_seconds(), perf_counter() - begun)
            if (p99 := percentile(run.sent, 99)) >= LIMIT_MS:
                break
            best = f"{rate}/s, p50 {percentile(run.sent, 50):.0f} ms, p99 {p99:.0f} ms"
    return [
        ("most reports a second with p99 below 2 s", best, ""),
        (f"— at {rate}/s, share of a core", ", ".join(f"{name} {share:.0%}" for name, share in shares.items()), ""),
    ]


def load(before: Mapping[str, float], after: Mapping[str, float], seconds: float) -> dict[str, float]:
    """The busiest first."""
    shares = {name: (after[name] - before[name]) / seconds for name in before}
    return dict(sorted(shares.items(), key=lambda share: -share[1]))
