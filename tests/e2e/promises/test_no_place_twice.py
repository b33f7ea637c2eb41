"""Promise 2: no place is given twice, whoever dies while thirty people ask for five places."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

import httpx

from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen
from tests.e2e.stack import Stack

PEOPLE, PLACES, STAFF = 30, 5, 3

ACCEPTED = "SELECT count(*) FROM offer WHERE state = 'accepted' AND service_id = $1::text::uuid"
PENDING = "SELECT count(*) FROM placement WHERE state = 'offered' AND case_id = ANY ($1::text[]::uuid[])"
OPEN_TWICE = "SELECT place_id FROM stay WHERE place_id IS NOT NULL AND state <> 'ended' GROUP BY 1 HAVING count(*) > 1"
OVERLAPPING = """
SELECT earlier.id, later.id FROM stay AS earlier JOIN stay AS later USING (place_id)
WHERE earlier.id < later.id
  AND tstzrange(earlier.began_at, earlier.ended_at) && tstzrange(later.began_at, later.ended_at)
"""
LEDGER = """
SELECT count(*) AS total,
       count(*) FILTER (WHERE free_since IS NOT NULL) AS free,
       count(*) FILTER (WHERE out_of_service IS NOT NULL) AS out_of_service,
       count(*) FILTER (WHERE state = 'held') AS held,
       count(*) FILTER (WHERE state = 'reserved') AS reserved,
       count(*) FILTER (WHERE state = 'occupied') AS occupied
FROM place JOIN unit ON unit.id = unit_id LEFT JOIN stay ON place_id = place.id AND state <> 'ended'
WHERE unit.service_id = $1::text::uuid
"""


async def test_no_place_is_given_twice_though_capacity_dies_between_requests_and_answers(
    stack: Stack, citizen: Citizen, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    service = center("S2-12")
    await service.leave_free(PLACES)
    async with staff_answering(service):
        reports = [citizen.report(situations.counselling_after_violence(), relation="self") for _ in range(PEOPLE)]
        answered = await asyncio.gather(*reports)
        await wait_until(lambda: stack.value("capacity", ACCEPTED, service.service_id), every=0, what="an acceptance")
        await stack.restart("capacity")
        case_ids = [await caseworker.case_of(report.report_id) for report in answered]
        await wait_until(lambda: all_are_settled(stack, case_ids), what=f"{PEOPLE} answered placements")

    assert await stack.fetch("capacity", OPEN_TWICE) == []
    assert await stack.fetch("capacity", OVERLAPPING) == []
    counts = await service.counts()
    assert counts == dict((await stack.fetch("capacity", LEDGER, service.service_id))[0])
    assert counts["free"] == 0
    published = [event.data for event in await stack.events() if event.key == service.service_id]
    assert {name: published[-1][name] for name in counts} == counts


async def all_are_settled(stack: Stack, case_ids: list[str]) -> bool:
    """Everybody was looked at, and no offer waits for an answer."""
    known = "SELECT count(*) FROM placement WHERE case_id = ANY ($1::text[]::uuid[])"
    everybody = await stack.value("capacity", known, case_ids) == PEOPLE
    return everybody and await stack.value("capacity", PENDING, case_ids) == 0


@asynccontextmanager
async def staff_answering(service: Center) -> AsyncIterator[None]:
    """Several answer whatever is offered, at once and on the same list, until the block ends."""
    turns = count()
    enough = asyncio.Event()

    async def member() -> None:
        while not enough.is_set():
            with suppress(httpx.TransportError):
                for offer in await service.offers():
                    await respond(service, offer["offer_id"], next(turns))
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as staff:
        for _ in range(STAFF):
            staff.create_task(member())
        try:
            yield
        finally:
            enough.set()


async def respond(service: Center, offer_id: str, turn: int) -> None:
    """Some are declined, some come and leave, most are awaited. A colleague may have been quicker."""
    if turn % 6 == 0:
        await service.send("POST", "capacity", f"/api/offers/{offer_id}/decline", json={"reason": "person-declined"})
        return
    accepted = await service.send("POST", "capacity", f"/api/offers/{offer_id}/accept")
    if accepted.is_success and turn % 6 == 1:
        stay = f"/api/stays/{accepted.json()['party'][0]['stay_id']}"
        await service.send("POST", "capacity", f"{stay}/admit")
        await service.send("POST", "capacity", f"{stay}/discharge", json={"reason": "discharged-home"})
