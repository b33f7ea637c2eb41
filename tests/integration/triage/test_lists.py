"""The list of cases: order, filters, search, pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.db import UnitOfWork
from shared.paging import to_cursor
from shared.testing import TestClock
from tests.integration.conftest import Api
from tests.integration.triage.playing import open_case
from tests.unit.triage.building import POTHOLE, SLEEPS_IN_FROST, WANTS_A_CLUB, call, report


@pytest.fixture
def worker(api: Api) -> httpx.AsyncClient:
    return api("caseworker", "S2")


async def listed(client: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await client.get("/api/cases", params=params)
    assert answer.status_code == 200
    return [item["case_id"] for item in answer.json()["items"]]


async def test_the_most_urgent_come_first_then_the_oldest(
    uow: UnitOfWork, worker: httpx.AsyncClient, clock: TestClock
) -> None:
    opened = []
    for situation in (POTHOLE, SLEEPS_IN_FROST, WANTS_A_CLUB, SLEEPS_IN_FROST):
        opened.append(str(await open_case(uow, report(situation))))
        clock.advance(timedelta(minutes=1))
    hole, frost, club, frost_again = opened
    assert await listed(worker) == [frost, frost_again, club, hole]


async def test_a_list_is_narrowed(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    event = call(SLEEPS_IN_FROST)
    frost = str(await open_case(uow, event))
    club = str(await open_case(uow, report(WANTS_A_CLUB)))
    assert await listed(worker, state="placing") == [club]
    assert await listed(worker, urgency="U1") == [frost]
    assert await listed(worker, source_id=str(event.data.call.call_id)) == [frost]
    assert await listed(worker, state="placing", urgency="U1") == []
    assert await listed(worker, source_id=str(event.data.call.call_id), q="nimic") == []


@pytest.mark.parametrize(
    "words", ["sos colentina", "ȘOS. COLENTINA".replace(".", ""), "Șos Colentina", "ionescu", "plange"]
)
async def test_words_are_found_without_case_and_accents(uow: UnitOfWork, worker: httpx.AsyncClient, words: str) -> None:
    described = {
        "narrative": "Copilul plânge.",
        "location": {"address": "Șos Colentina 26"},
        "people": [{"role": "subject", "name": "Ion Ionescu", "age": 4}],
    }
    found = str(await open_case(uow, report(described)))
    await open_case(uow, report(WANTS_A_CLUB))
    assert await listed(worker, q=words) == [found]


async def test_a_search_takes_its_words_as_they_are(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    await open_case(uow, report(WANTS_A_CLUB))
    assert await listed(worker, q="%") == []
    assert await listed(worker, q="_") == []


async def test_a_reporters_relation_is_no_search_word(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    await open_case(uow, report(WANTS_A_CLUB, relation="neighbour"))
    assert await listed(worker, q="neighbour") == []


async def test_pages_show_each_case_once(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    opened = {str(await open_case(uow, report(s))) for s in (WANTS_A_CLUB, SLEEPS_IN_FROST, POTHOLE) for _ in range(3)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await worker.get("/api/cases", params={"limit": 4} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["case_id"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert len(seen) == 9
    assert set(seen) == opened


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"cursor": "xyz"}, 400),
        ({"cursor": "WyJVOSIsICJ4IiwgInkiXQ=="}, 400),
        ({"cursor": to_cursor("U1", "0001-01-01T00:00:00+14:00", str(UUID(int=0)))}, 400),
        ({"cursor": to_cursor("U1", "2026-01-01T00:00:00", str(UUID(int=0)))}, 400),
        ({"state": "lost"}, 422),
        ({"limit": 0}, 422),
        ({"q": "a\u0000b"}, 422),
        ({"source_id": "7"}, 422),
    ],
)
async def test_what_a_list_refuses(worker: httpx.AsyncClient, params: dict[str, Any], status: int) -> None:
    assert (await worker.get("/api/cases", params=params)).status_code == status
