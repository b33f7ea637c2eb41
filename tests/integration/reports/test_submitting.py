"""Somebody reports: what is kept, what is published, what is answered."""

import asyncio
from collections.abc import Iterator
from io import StringIO

import httpx
import pytest

from contracts.situation import Situation
from services.reports.domain import read_tracking_code
from shared.db import UnitOfWork
from shared.pseudonym import pseudonym
from shared.testing import TestClock
from tests.integration.conftest import Api
from tests.integration.reports.playing import BEATEN_CHILD, CANARY, NOTHING, count, published, submit, written

TRACES = ("Canarina", "Privighetoare", "0799 123 456", "799123456", "canarina@")
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


async def test_an_answered_report_is_kept_with_its_reporter_and_its_event(
    uow: UnitOfWork, citizen: httpx.AsyncClient, clock: TestClock
) -> None:
    receipt = await submit(citizen, reporter={"relation": "neighbour"} | CANARY)
    assert await count(uow) == NOTHING | {"report": 1, "reporter": 1, "outbox": 1}
    [event] = await published(uow)
    told = event.report
    assert str(told.report_id) == receipt["report_id"]
    assert (told.channel, told.authority, told.reporter_relation) == ("web", "S2", "neighbour")
    assert (told.received_at, told.verified) == (clock.now(), True)
    assert told.situation == Situation.model_validate(BEATEN_CHILD)
    assert told.reporter_hash == pseudonym(b"k" * 32, "+40799123456", None)


async def test_an_answer_and_its_event_carry_one_correlation_id(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    answer = await citizen.post("/api/reports", json={"channel": "web"})
    headers = dict(await uow.pool.fetchval("SELECT headers FROM outbox"))
    assert answer.headers["x-correlation-id"] == headers["ce_correlationid"] == answer.json()["report_id"]


async def test_a_report_whose_event_cannot_be_kept_is_not_kept(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    await uow.pool.execute("ALTER TABLE outbox ADD CHECK (topic <> 'reports.report')")
    answer = await citizen.post("/api/reports", json={"channel": "web"}, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 500
    assert await count(uow) == NOTHING


async def test_the_first_event_continues_the_trace_of_the_request(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    answer = await citizen.post("/api/reports", json={"channel": "web"}, headers=TRACE)
    headers = dict(await uow.pool.fetchval("SELECT headers FROM outbox"))
    assert headers["traceparent"] == answer.headers["traceparent"]
    assert headers["traceparent"].split("-")[1] == TRACE["traceparent"].split("-")[1]
    assert headers["ce_correlationid"] == answer.json()["report_id"]


async def test_nothing_but_a_channel_is_mandatory(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    answer = await citizen.post("/api/reports", json={"channel": "esector6-app"})
    assert answer.status_code == 201
    assert await uow.pool.fetchval("SELECT anonymous FROM reporter")
    [event] = await published(uow)
    assert (event.report.reporter_relation, event.report.reporter_hash) == ("unknown", None)


async def test_each_report_has_a_code_of_its_own(citizen: httpx.AsyncClient) -> None:
    receipts = [await submit(citizen) for _ in range(20)]
    codes = {receipt["tracking_code"] for receipt in receipts}
    assert len(codes) == 20
    assert all(read_tracking_code(code) == code for code in codes)


async def test_unknown_words_refuse_nothing(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    unknown = {"need": "dragon-in-the-stairway", "risk_factors": ["breathes-fire"], "risk_unknown": ["has-wings"]}
    person = {"role": "dragon-tamer", "flags": ["scorched"]}
    await submit(citizen, situation=unknown | {"people": [person]}, reporter={"relation": "knight"})
    [event] = await published(uow)
    assert event.report.situation == Situation.model_validate(unknown | {"people": [person]})


@pytest.mark.parametrize("channel", ["institution", "walk-in", "street-team"])
async def test_an_official_channel_without_a_token_is_taken_as_unverified(
    uow: UnitOfWork, api: Api, channel: str
) -> None:
    await submit(api(), channel=channel)
    await submit(api("partner"), channel=channel)
    assert [event.report.verified for event in await published(uow)] == [False, True]


async def test_twenty_same_requests_at_once_are_one_report(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    answers = await asyncio.gather(
        *(citizen.post("/api/reports", json={"channel": "web"}, headers=headers) for _ in range(20))
    )
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 19
    assert await count(uow) == NOTHING | {"report": 1, "reporter": 1, "outbox": 1, "idempotency": 1}


async def test_a_key_that_comes_with_another_body_is_refused(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    await citizen.post("/api/reports", json={"channel": "web"}, headers=headers)
    other = await citizen.post("/api/reports", json={"channel": "walk-in"}, headers=headers)
    assert other.status_code == 422
    assert (await count(uow))["report"] == 1


async def test_a_key_is_its_callers_own(uow: UnitOfWork, api: Api) -> None:
    headers = {"Idempotency-Key": "k-1"}
    for client in (api(), api("partner")):
        assert (await client.post("/api/reports", json={"channel": "web"}, headers=headers)).status_code == 201
    assert (await count(uow))["report"] == 2


async def test_who_reported_is_in_one_table_and_no_log(
    uow: UnitOfWork, citizen: httpx.AsyncClient, logs: StringIO
) -> None:
    body = {"channel": "web", "reporter": CANARY}
    answer = await citizen.post("/api/reports", json=body, headers={"Idempotency-Key": "k-1"})
    await citizen.get(answer.json()["status_url"])
    tables = {table for table, row in await rows(uow) if any(trace in row for trace in TRACES)}
    assert tables == {"reporter"}
    assert list(traces_in(logs.getvalue() + answer.text)) == []


async def test_an_error_tells_nobody_who_reported(uow: UnitOfWork, citizen: httpx.AsyncClient, logs: StringIO) -> None:
    await uow.pool.execute("ALTER TABLE reporter ADD CHECK (name IS NULL)")  # whose message quotes the row
    answer = await citizen.post("/api/reports", json={"channel": "web", "reporter": CANARY})
    assert answer.status_code == 500
    told = logs.getvalue()
    assert "CheckViolationError" in told
    assert list(traces_in(told + answer.text)) == []
    assert await count(uow) == NOTHING


async def test_a_refusal_repeats_nothing_of_the_reporter(citizen: httpx.AsyncClient, logs: StringIO) -> None:
    body = {"channel": "web", "reporter": CANARY | {"relation": CANARY["name"], "anonymous": CANARY["phone"]}}
    answer = await citizen.post("/api/reports", json=body)
    assert answer.status_code == 422
    assert list(traces_in(logs.getvalue() + answer.text)) == []


async def rows(uow: UnitOfWork) -> list[tuple[str, str]]:
    return [(table, row) for table, found in (await written(uow)).items() for row in found]


def traces_in(text: str) -> Iterator[str]:
    return (trace for trace in TRACES if trace in text)
