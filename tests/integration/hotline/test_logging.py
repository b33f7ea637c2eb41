"""An operator logs a call: what is kept, what is published, what is answered."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest

from contracts.situation import Situation
from services.hotline.lines import LINES
from shared.db import UnitOfWork
from shared.pseudonym import pseudonym
from tests.integration.hotline.playing import (
    BEATEN_CHILD,
    CALL,
    CANARY,
    NOTHING,
    SILENT,
    count,
    published,
    read,
    take,
    written,
)
from tests.unit.hotline.building import NOW

TRACES = ("Canarina", "Privighetoare", "0799 123 456", "799123456", "canarina@")
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
KEY = {"Idempotency-Key": "k-1"}


async def test_an_answered_call_is_kept_with_who_spoke_and_its_event(
    uow: UnitOfWork, operator: httpx.AsyncClient
) -> None:
    call_id = await take(operator, reporter={"relation": "neighbour"} | CANARY)
    assert await count(uow) == NOTHING | {"call": 1, "reporter": 1, "outbox": 1}
    [event] = await published(uow)
    told = event.call
    assert told.call_id == call_id
    assert (told.line, told.authority, told.reporter_relation) == ("child-119", "S2", "neighbour")
    assert (told.operator.subject, told.operator.role) == ("local-operator", "operator")
    assert told.situation == Situation.model_validate(BEATEN_CHILD)
    assert told.reporter_hash == pseudonym(b"k" * 32, "+40799123456", None)


async def test_a_call_whose_event_cannot_be_kept_is_not_kept(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    await uow.pool.execute("ALTER TABLE outbox ADD CHECK (topic <> 'hotline.call')")
    assert (await operator.post("/api/calls", json=CALL, headers=KEY)).status_code == 500
    assert await count(uow) == NOTHING


async def test_the_first_event_continues_the_trace_of_the_request(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    answer = await operator.post("/api/calls", json=CALL, headers=TRACE)
    headers = dict(await uow.pool.fetchval("SELECT headers FROM outbox"))
    assert headers["traceparent"] == answer.headers["traceparent"]
    assert headers["traceparent"].split("-")[1] == TRACE["traceparent"].split("-")[1]
    assert headers["ce_correlationid"] == answer.json()["call_id"]


async def test_a_silent_call_is_kept_and_published(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    answer = await operator.post("/api/calls", json=SILENT)
    [event] = await published(uow)
    assert (event.call.call_type, event.call.situation, event.call.authority) == ("silent", None, None)
    assert str(event.call.call_id) == answer.json()["call_id"]
    assert (await read(operator, event.call.call_id))["situation"] is None


@pytest.mark.parametrize("urgency", ["U0", "U5", None])
async def test_the_operators_urgency_travels(uow: UnitOfWork, operator: httpx.AsyncClient, urgency: str | None) -> None:
    call_id = await take(operator, proposed_urgency=urgency)
    [event] = await published(uow)
    assert event.call.proposed_urgency == urgency
    assert (await read(operator, call_id))["proposed_urgency"] == urgency


async def test_unknown_words_refuse_nothing(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    unknown = {"need": "dragon-in-the-stairway", "risk_factors": ["breathes-fire"], "risk_unknown": ["has-wings"]}
    await take(operator, situation=unknown, reporter={"relation": "knight"})
    [event] = await published(uow)
    assert event.call.situation == Situation.model_validate(unknown)
    assert event.call.reporter_relation == "knight"


async def test_an_unknown_line_is_refused_with_those_that_are_known(
    uow: UnitOfWork, operator: httpx.AsyncClient
) -> None:
    answer = await operator.post("/api/calls", json=CALL | {"line": "child-s9"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:punte:problem:unknown-line")
    assert all(line in answer.json()["detail"] for line in LINES)
    assert await count(uow) == NOTHING


@pytest.mark.parametrize(
    ("told", "status", "problem"),
    [
        ({"line": "child-s6"}, 422, "line-ended"),
        ({"line": "child-s6", "started_at": "2023-12-31T23:59:00+02:00"}, 201, None),
        ({"started_at": (NOW + timedelta(minutes=6)).isoformat()}, 422, "call-in-future"),
        ({"started_at": (NOW + timedelta(minutes=4)).isoformat()}, 201, None),
        ({"ended_at": (NOW + timedelta(hours=1)).isoformat()}, 422, "call-in-future"),
        ({"ended_at": (NOW - timedelta(hours=1)).isoformat()}, 422, "call-ends-before-start"),
    ],
)
async def test_when_a_call_may_have_been(
    uow: UnitOfWork, operator: httpx.AsyncClient, told: dict[str, Any], status: int, problem: str | None
) -> None:
    answer = await operator.post("/api/calls", json=CALL | told, headers=KEY)
    assert answer.status_code == status
    assert answer.json().get("type") == (f"urn:punte:problem:{problem}" if problem else None)
    assert (await count(uow) == NOTHING) == bool(problem)


async def test_twenty_same_requests_at_once_are_one_call(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(operator.post("/api/calls", json=CALL, headers=KEY) for _ in range(20)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 19
    assert await count(uow) == NOTHING | {"call": 1, "reporter": 1, "outbox": 1, "idempotency": 1}


async def test_a_key_that_comes_with_another_body_is_refused(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    await operator.post("/api/calls", json=CALL, headers=KEY)
    assert (await operator.post("/api/calls", json=SILENT, headers=KEY)).status_code == 422
    assert (await count(uow))["call"] == 1


async def test_a_refused_call_leaves_its_key_free(uow: UnitOfWork, operator: httpx.AsyncClient) -> None:
    await operator.post("/api/calls", json=CALL | {"line": "child-s9"}, headers=KEY)
    assert (await operator.post("/api/calls", json=CALL, headers=KEY)).status_code == 201
    assert (await count(uow))["call"] == 1


async def test_who_spoke_is_in_one_table_and_no_log(
    uow: UnitOfWork, operator: httpx.AsyncClient, logs: StringIO
) -> None:
    answer = await operator.post("/api/calls", json=CALL | {"reporter": CANARY}, headers=KEY)
    shown = await operator.get(f"/api/calls/{answer.json()['call_id']}")
    assert shown.json()["reporter"]["name"] == CANARY["name"]
    rows = [(table, row) for table, found in (await written(uow)).items() for row in found]
    assert {table for table, row in rows if any(traces_in(row))} == {"reporter"}
    assert list(traces_in(logs.getvalue() + answer.text)) == []


async def test_an_error_tells_nobody_who_spoke(uow: UnitOfWork, operator: httpx.AsyncClient, logs: StringIO) -> None:
    await uow.pool.execute("ALTER TABLE reporter ADD CHECK (name IS NULL)")  # whose message quotes the row
    answer = await operator.post("/api/calls", json=CALL | {"reporter": CANARY})
    assert answer.status_code == 500
    assert "CheckViolationError" in logs.getvalue()
    assert list(traces_in(logs.getvalue() + answer.text)) == []
    assert await count(uow) == NOTHING


async def test_a_refusal_repeats_nothing_of_who_spoke(operator: httpx.AsyncClient, logs: StringIO) -> None:
    wrong = CANARY | {"relation": CANARY["name"], "anonymous": CANARY["phone"]}
    answer = await operator.post("/api/calls", json=CALL | {"reporter": wrong})
    assert answer.status_code == 422
    assert list(traces_in(logs.getvalue() + answer.text)) == []


def traces_in(text: str) -> Iterator[str]:
    return (trace for trace in TRACES if trace in text)
