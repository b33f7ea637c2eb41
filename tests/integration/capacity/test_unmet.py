from datetime import timedelta
from typing import Any

from shared.db import UnitOfWork
from shared.testing import TestClock
from tests.integration.capacity.playing import REHABILITATION, a_patient, ask, fill_up
from tests.integration.conftest import Api


async def counted(api: Api, authority: str = "S2", **asked: str) -> list[dict[str, Any]]:
    answer = await api("supervisor", authority).get("/api/unmet-needs", params=asked)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_who_found_no_place_is_counted_by_what_was_asked_and_why_not(uow: UnitOfWork, api: Api) -> None:
    await fill_up(uow, "S2-15")
    for _ in range(2):
        await ask(uow)
    await ask(uow, a_patient(target="elderly", sector=6))
    assert await counted(api) == [
        {"need": None, "sector": 2, "urgency": "U2", "asked": REHABILITATION, "reason": "all-full", "cases": 2},
        {"need": None, "sector": 6, "urgency": "U2", "asked": REHABILITATION, "reason": "none-fits", "cases": 1},
    ]


async def test_who_was_looked_at_twice_counts_once_and_who_found_a_place_not_at_all(uow: UnitOfWork, api: Api) -> None:
    await ask(uow)
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await ask(uow)
    await ask(uow, None, case_id)
    assert [each["cases"] for each in await counted(api)] == [1]


async def test_other_authorities_and_other_times_are_not_counted(uow: UnitOfWork, api: Api, clock: TestClock) -> None:
    await fill_up(uow, "S2-15")
    await ask(uow)
    assert await counted(api, "S6") == []
    begun, end = clock.now().isoformat(), (clock.now() + timedelta(hours=1)).isoformat()
    assert len(await counted(api, since=begun, until=end)) == 1
    assert await counted(api, since=end) == []
    assert await counted(api, until=begun) == []
