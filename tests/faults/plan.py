"""What goes wrong, where and when: drawn from one seed, so that a run can be repeated."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from deploy.local.env import SERVICES

SERVERS = ("postgres", "kafka")
NETWORK = ("latency", "reset", "stall", "cut", "half-open")
TABLES = {"reports": "report", "hotline": "call", "triage": "case_file", "capacity": "placement"}
PAUSE = (1.0, 60.0)
OUTAGE = 12.0
"""Longer than any wait for a broker."""
MOMENTS = ("inbox", "outbox", "")
"""A service dies while it writes there, each in turn; or at any moment."""
HOLD = (2.0, 15.0)
JUMP = (30.0, 600.0)
SLOW = 20.0

Dose: TypeAlias = Mapping[str, int]
"""How often each kind of fault strikes."""

SHORT: Dose = {"kill service": 8, "kill kafka": 1, "kill postgres": 1, "pause": 2, "network": 5, "clock": 1, "pool": 1}
LONG: Dose = {
    "kill service": 200,
    "kill kafka": 20,
    "kill postgres": 30,
    "pause": 60,
    "network": 100,
    "slow consumer": 10,
    "clock": 20,
    "pool": 20,
    "disk": 4,
}


@dataclass(frozen=True, order=True)
class Strike:
    """`at`: seconds after the start. `lasts`: how many seconds the fault stays, or how far a clock jumps."""

    at: float
    kind: str
    target: str
    lasts: float
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.detail} {self.lasts:.1f} s".replace("  ", " ")


@dataclass(frozen=True)
class Draw:
    """The n-th fault of its kind; no pause is longer than `longest`."""

    random: random.Random
    n: int
    at: float
    longest: float

    @property
    def service(self) -> str:
        """Every service in turn."""
        return SERVICES[self.n % len(SERVICES)]

    def span(self, shortest: float, longest: float) -> float:
        """Short ones more often than long ones: of a log-uniform distribution."""
        longest = min(longest, self.longest)
        return float(shortest * (longest / shortest) ** self.random.random())

    def kill(self, target: str, detail: str = "") -> Strike:
        return Strike(self.at, "kill", target, self.random.uniform(0, 3), detail)

    def kill_service(self) -> Strike:
        return self.kill(self.service, MOMENTS[self.n // len(SERVICES) % len(MOMENTS)])

    def kill_kafka(self) -> Strike:
        """Every fifth time for long, from the first on."""
        strike = self.kill("kafka")
        return strike if self.n % 5 else replace(strike, lasts=OUTAGE)

    def pause(self) -> Strike:
        return Strike(self.at, "pause", self.random.choice((*SERVICES, *SERVERS)), self.span(*PAUSE))

    def network(self) -> Strike:
        link = f"{self.service}-{self.random.choice(SERVERS)}"
        return Strike(self.at, "network", link, self.span(*PAUSE), self.random.choice(NETWORK))

    def slow_consumer(self) -> Strike:
        link = f"{self.random.choice(('triage', 'capacity'))}-postgres"
        return Strike(self.at, "network", link, min(SLOW, self.longest), "latency")

    def clock(self) -> Strike:
        return Strike(self.at, "clock", self.service, self.random.choice((-1, 1)) * self.random.uniform(*JUMP))

    def pool(self) -> Strike:
        return Strike(self.at, "pool", self.service, self.span(*HOLD), TABLES[self.service])

    def disk(self) -> Strike:
        return Strike(self.at, "disk", "triage", self.span(*PAUSE))


KINDS: dict[str, Callable[[Draw], Strike]] = {
    "kill service": Draw.kill_service,
    "kill kafka": Draw.kill_kafka,
    "kill postgres": lambda draw: draw.kill("postgres"),
    "pause": Draw.pause,
    "network": Draw.network,
    "slow consumer": Draw.slow_consumer,
    "clock": Draw.clock,
    "pool": Draw.pool,
    "disk": Draw.disk,
}


def plan(seed: int, dose: Dose, seconds: float, longest_pause: float) -> list[Strike]:
    """All kinds at once in random order."""
    drawn = random.Random(seed)
    return sorted(
        KINDS[kind](Draw(drawn, n, drawn.uniform(0, seconds), longest_pause))
        for kind, number in dose.items()
        for n in range(number)
    )


def counted(strikes: list[Strike]) -> Iterator[str]:
    """`50 × kill triage`, a line for each."""
    counts = Counter(f"{strike.kind} {strike.target} {strike.detail}".rstrip() for strike in strikes)
    yield from (f"{number} × {what}" for what, number in sorted(counts.items()))
