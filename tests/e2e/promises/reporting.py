"""People who go on reporting, whatever happens to the services."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx

from tests.e2e.people import Citizen, Report
from tests.e2e.situations import Json
from tests.e2e.stack import Stack

CLIENTS = 4
PACE = 0.03
CASES = "SELECT source_id, case_id, state FROM source JOIN case_file ON id = case_id WHERE source_id = ANY ($1::uuid[])"


@asynccontextmanager
async def reporting(citizen: Citizen, situation: Callable[[], Json], relation: str) -> AsyncIterator[list[Report]]:
    """Several report until the block ends; each repeats his report under one key until it is answered."""
    answered: list[Report] = []
    enough = asyncio.Event()

    async def client() -> None:
        while not enough.is_set():
            answered.append(await until_answered(citizen, situation(), relation))
            await asyncio.sleep(PACE)

    async with asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(client())
        try:
            yield answered
        finally:
            enough.set()


async def until_answered(citizen: Citizen, situation: Json, relation: str) -> Report:
    key = str(uuid4())
    while True:
        try:
            return await citizen.report(situation, key=key, relation=relation)
        except httpx.TransportError:
            await asyncio.sleep(PACE)


async def only_some_have_cases(stack: Stack, answered: list[Report]) -> bool:
    reported = ids(answered)
    return 0 < len(await stack.fetch("triage", CASES, reported)) < len(reported)


async def all_have_cases(stack: Stack, answered: list[Report]) -> bool:
    return len(await stack.fetch("triage", CASES, ids(answered))) == len(answered)


async def case_ids(stack: Stack, answered: list[Report]) -> list[UUID]:
    return [row["case_id"] for row in await stack.fetch("triage", CASES, ids(answered))]


def ids(reports: list[Report]) -> list[UUID]:
    return [UUID(report.report_id) for report in reports]
