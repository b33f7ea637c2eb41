"""What an operator sees: what became of a call, and where places are free."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.vocabulary import CaseState, Intake
from services.hotline.consumers import subscriptions
from shared.consumer.replay import Outcome
from shared.db import UnitOfWork
from tests.integration.conftest import Api
from tests.integration.hotline.playing import CALL, hear, read, take
from tests.integration.replaying import refused, replayed
from tests.unit.hotline.building import CALL_ID, case_moved, counted

ALIAS: dict[str, Any] = {"confidential": True, "row": None, "name": None, "authority": None}


async def test_a_call_is_shown_as_it_was_typed(operator: httpx.AsyncClient) -> None:
    call = await read(operator, await take(operator, ended_at=CALL["started_at"], reporter={"relation": "self"}))
    assert (call["line"], call["call_type"], call["authority"]) == ("child-119", "about-other", "S2")
    assert (call["started_at"], call["ended_at"]) == ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z")
    assert (call["operator"], call["reporter"]["relation"]) == ("Local operator", "self")
    assert call["situation"]["people"][0]["age"] == 4
    assert (call["case_id"], call["state"], call["public_status"], call["history"]) == (None, None, "received", [])


async def test_a_call_follows_its_case(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    call_id = await take(operator)
    moved = case_moved([call_id], 1, CaseState.PLACING)
    await hear(uow, moved)
    call = await read(operator, call_id)
    assert (call["case_id"], call["state"]) == (str(moved.data.case.case_id), "placing")
    assert call["public_status"] == "help-being-arranged"
    assert [step["at"] for step in call["history"]] == ["2026-01-15T10:01:00Z"]


async def test_replayed_events_change_nothing(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    call_id = await take(operator)
    moved = case_moved([call_id], 1, CaseState.PLACING)
    await hear(uow, moved, moved)
    await hear(uow, moved)
    assert await states(operator, call_id) == ["placing"]
    assert await uow.pool.fetchval("SELECT count(*) FROM step") == 1


async def test_late_events_enter_the_history_and_leave_the_present(
    uow: UnitOfWork, operator: httpx.AsyncClient
) -> None:
    call_id = await take(operator)
    await hear(uow, case_moved([call_id], 3, CaseState.PLACED), case_moved([call_id], 1, CaseState.OPEN))
    await hear(uow, case_moved([call_id], 2, CaseState.PLACING))
    assert await states(operator, call_id) == ["open", "placing", "placed"]
    assert (await read(operator, call_id))["state"] == "placed"


async def test_an_older_step_that_was_set_aside_enters_the_history_alone(
    uow: UnitOfWork, operator: httpx.AsyncClient
) -> None:
    call_id = await take(operator)
    older = await refused(uow, "hotline", case_moved([call_id], 1, CaseState.OPEN))
    await hear(uow, case_moved([call_id], 2, CaseState.PLACED))
    assert (await replayed(uow, "hotline", subscriptions, older)).outcome is Outcome.SUPERSEDED
    assert await states(operator, call_id) == ["open", "placed"]
    assert (await read(operator, call_id))["state"] == "placed"


async def test_older_counts_that_were_set_aside_change_nothing(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    older = await refused(uow, "hotline", counted(1, free=9))
    await hear(uow, counted(2, free=3))
    assert (await replayed(uow, "hotline", subscriptions, older)).outcome is Outcome.SUPERSEDED
    assert [place["free"] for place in await places(operator)] == [3]


async def test_all_calls_of_one_case_follow_it(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    calls, other = [await take(operator) for _ in range(5)], await take(operator)
    await hear(uow, case_moved(calls, 1, CaseState.PLACED))
    assert [await states(operator, call_id) for call_id in calls] == [["placed"]] * 5
    assert await states(operator, other) == []


async def test_sources_that_are_not_ours_are_left_alone(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    ours = await take(operator)
    reports, strangers = case_moved([ours], 1, CaseState.OPEN, Intake.REPORT), case_moved([CALL_ID], 1, CaseState.OPEN)
    await hear(uow, reports, strangers)
    assert await states(operator, ours) == []
    await hear(uow, case_moved([CALL_ID, ours], 2, CaseState.PLACED))
    assert await states(operator, ours) == ["placed"]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
async def test_an_older_snapshot_never_overwrites_a_newer(
    uow: UnitOfWork, operator: httpx.AsyncClient, order: tuple[int, ...]
) -> None:
    for sequence in order:
        await hear(uow, counted(sequence, free=sequence * 10))
    assert [place["free"] for place in await places(operator)] == [30]


async def test_of_several_snapshots_in_one_batch_the_newest_stays(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    other = uuid4()
    await hear(uow, counted(2, free=20), counted(3, free=30), counted(1, free=10), counted(1, free=5, service_id=other))
    assert {place["free"] for place in await places(operator)} == {30, 5}


async def test_a_service_that_becomes_confidential_loses_its_name(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    await hear(uow, counted(1, free=3))
    [place] = await places(operator)
    assert (place["row"], place["name"] is None) == ("S2-13", False)
    await hear(uow, counted(2, free=3, **ALIAS))
    [place] = await places(operator)
    assert (place["confidential"], place["row"], place["name"]) == (True, None, None)


async def test_a_service_that_takes_nobody_says_so_beside_what_is_free(
    uow: UnitOfWork, operator: httpx.AsyncClient
) -> None:
    for sequence, accepts in ((1, True), (2, False), (3, True)):
        await hear(uow, counted(sequence, free=3, accepts_referrals=accepts))
        assert [(place["free"], place["accepts_referrals"]) for place in await places(operator)] == [(3, accepts)]


async def test_free_places_are_those_of_the_own_authority_and_of_the_nameless(uow: UnitOfWork, api: Api) -> None:
    theirs, nobodys = uuid4(), uuid4()
    await hear(
        uow,
        counted(1, free=1),
        counted(1, free=2, service_id=theirs, authority="S6"),
        counted(1, free=3, service_id=nobodys, **ALIAS),
    )
    assert {place["free"] for place in await places(api("operator", "S2"))} == {1, 3}
    assert {place["free"] for place in await places(api("operator", "S6"))} == {2, 3}
    assert {place["free"] for place in await places(api("operator", "S2", "S6"))} == {1, 2, 3}


async def test_free_places_are_found_by_code(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    await hear(uow, counted(1, free=1), counted(1, free=2, service_id=uuid4(), code="8790 CR-C-I"))
    assert [place["free"] for place in await places(operator, code="8790 CR-C-I")] == [2]


async def states(client: httpx.AsyncClient, call_id: UUID) -> list[str]:
    return [step["state"] for step in (await read(client, call_id))["history"]]


async def places(client: httpx.AsyncClient, **params: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/free-places", params=params)).json()["items"]
    return items
