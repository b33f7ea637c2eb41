"""From the answer to a POST to the offer that the center can read, for needs that nobody has to decide about."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import asyncpg
import httpx

from deploy.local.keys import token
from services.capacity.domain.directory import identity

PLACES = 5_000
ROW = "S2-13"
LOOK_EVERY = 0.005
PATIENCE = 30.0
LONELY_PENSIONER = {
    "channel": "web",
    "reporter": {"relation": "self"},
    "situation": {
        "need": "elderly-loneliness",
        "location": {"sector": 2},
        "people": [{"role": "subject", "age": 76, "sex": "f"}],
    },
}
MORE_PLACES = f"""
WITH filled AS (
    INSERT INTO place (id, unit_id, number, free_since)
    SELECT gen_random_uuid(), unit.id, added.number, now()
    FROM unit CROSS JOIN generate_series(unit.places + 1, {PLACES}) AS added (number)
)
UPDATE unit SET places = {PLACES}
"""


@dataclass
class Run:
    """When each report was answered, by its id, and each offer first seen, by its case; seconds of one clock."""

    http: httpx.AsyncClient
    center: httpx.AsyncClient
    answered: dict[UUID, float] = field(default_factory=dict)
    offered: dict[UUID, float] = field(default_factory=dict)

    async def post(self) -> None:
        response = (await self.http.post("/api/reports", json=LONELY_PENSIONER)).raise_for_status()
        self.answered[UUID(response.json()["report_id"])] = time.perf_counter()

    async def look(self) -> list[str]:
        """Read the list as the center does; the offers that were not there before."""
        path = f"/api/centers/{identity('center', ROW)}/offers"
        items = (await self.center.get(path, params={"state": "offered"})).raise_for_status().json()["items"]
        new = [offer for offer in items if UUID(offer["case_id"]) not in self.offered]
        self.offered |= dict.fromkeys((UUID(offer["case_id"]) for offer in new), time.perf_counter())
        return [offer["offer_id"] for offer in new]

    async def accept(self, offer_id: str) -> None:
        (await self.center.post(f"/api/offers/{offer_id}/accept")).raise_for_status()


async def measure(state: Path, values: Mapping[str, str], rate: float, seconds: float) -> list[tuple[str, str]]:
    await add_places(values["PUNTE_CAPACITY_DSN"])
    staff = {"Authorization": f"Bearer {token(state, 'center_staff', [ROW])}"}
    async with (
        httpx.AsyncClient(base_url=values["PUNTE_REPORTS_URL"], trust_env=False) as http,
        httpx.AsyncClient(base_url=values["PUNTE_CAPACITY_URL"], trust_env=False, headers=staff) as center,
    ):
        run = Run(http, center)
        async with asyncio.TaskGroup() as both:
            expected = round(rate * seconds)
            both.create_task(post_steadily(run, rate, expected))
            both.create_task(look_until(run, expected, time.perf_counter() + seconds + PATIENCE))
    sources = await sources_of_cases(values["PUNTE_TRIAGE_DSN"])
    took = [1000 * (seen - run.answered[sources[case_id]]) for case_id, seen in run.offered.items()]
    return report(took, expected, rate)


def report(took: list[float], expected: int, rate: float) -> list[tuple[str, str]]:
    percentiles = quantiles(took, n=100)
    return [
        (f"reports posted at {rate:g}/s, offers read", f"{expected}, {len(took)}"),
        ("POST answered → offer readable, p50", f"{percentiles[49]:.0f} ms"),
        ("POST answered → offer readable, p99", f"{percentiles[98]:.0f} ms"),
        ("POST answered → offer readable, longest", f"{max(took):.0f} ms"),
    ]


async def post_steadily(run: Run, rate: float, number: int) -> None:
    """Each at its time, whether or not the one before was answered."""
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as posts:
        for n in range(number):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            posts.create_task(run.post())


async def look_until(run: Run, expected: int, deadline: float) -> None:
    """Only while somebody waits for an offer, so that looking is no load of its own. What is seen is accepted, as it
    would be, or the list would grow longer than any center's."""
    async with asyncio.TaskGroup() as answers:
        while len(run.offered) < expected and time.perf_counter() < deadline:
            if len(run.offered) < len(run.answered):
                for offer_id in await run.look():
                    answers.create_task(run.accept(offer_id))
            await asyncio.sleep(LOOK_EVERY)


async def add_places(dsn: str) -> None:
    """Fill every unit up to PLACES, in the bench's own database."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(MORE_PLACES)
    await connection.execute("ANALYZE place")
    await connection.close()


async def sources_of_cases(dsn: str) -> dict[UUID, UUID]:
    """Case → the report that opened it."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT case_id, source_id FROM source")
    await connection.close()
    return {row["case_id"]: row["source_id"] for row in rows}
