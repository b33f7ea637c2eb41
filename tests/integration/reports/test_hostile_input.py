"""What no honest client sends: it changes nothing and gets a problem of the 400s."""

import json
from typing import Any

import httpx
import pytest

from shared.db import UnitOfWork
from tests.integration.reports.playing import NOTHING, count, published, submit

JSON = {"Content-Type": "application/json"}


def web(**situation: Any) -> bytes:
    return json.dumps({"channel": "web", "situation": situation}, separators=(",", ":")).encode()


REFUSED = {
    "nothing": (b"", 422),
    "no-json": (b"channel=web", 422),
    "no-utf-8": (b'{"channel": "\xff\xfe"}', 400),
    "a-list": (b"[]", 422),
    "deep-lists": (b"[" * 100_000, 400),
    "deep-objects": (b'{"situation":' * 20_000 + b"1" + b"}" * 20_000, 400),
    "a-number-of-5000-digits": (b'{"channel": ' + b"9" * 5_000 + b"}", 400),
    "a-huge-body": (b'{"channel": "web", "situation": {"narrative": "' + b"a" * 600_000 + b'"}}', 413),
    "much-harm": (web(harm=["online"] * 58_240), 422),
    "age-that-is-no-number": (web(people=[{"age": True}]), 422),
    "age-as-text": (web(people=[{"age": "30"}]), 422),
    "time-as-a-number": (web(occurred_at=0), 422),
    "time-as-digits": (web(occurred_at="1700000000"), 422),
    "a-long-narrative": (web(narrative="a" * 20_001), 422),
    "many-people": (web(people=[{}] * 51), 422),
    "no-channel": (b"{}", 422),
    "unknown-channel": (b'{"channel": "pigeon"}', 422),
    "wrong-types": (web(need=["x"], people={"role": 1}, location=7), 422),
    "unknown-field": (b'{"channel": "web", "verified": true}', 422),
    "unknown-inner-field": (web(authority="S2"), 422),
    "surrogate-field": (b'{"channel": "web", "\\ud800": 1}', 422),
    "surrogate": (web(narrative="a\ud800b"), 422),
    "surrogate-name": (b'{"channel": "web", "reporter": {"name": "\\udfff"}}', 422),
    "nul": (web(narrative="a\0b"), 422),
    "nul-inside": (web(people=[{"name": "a\0b"}]), 422),
    "nul-name": (b'{"channel": "web", "reporter": {"phone": "07\\u0000"}}', 422),
    "sql-need": (web(need="'; DROP TABLE report; --"), 422),
    "html-flag": (web(people=[{"flags": ["<script>"]}]), 422),
    "an-age-of-infinity": (web(people=[{"age": float("inf")}]), 422),
    "no-latitude": (web(location={"latitude": float("nan")}), 422),
    "before-all-time": (web(occurred_at="0001-01-01T00:00:00+14:00"), 422),
    "after-all-time": (web(occurred_at="9999-12-31T23:59:59-14:00"), 422),
    "no-offset": (web(occurred_at="2026-01-15T10:00:00"), 422),
}


@pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=REFUSED)
async def test_what_is_refused_changes_nothing(
    uow: UnitOfWork, citizen: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await citizen.post("/api/reports", content=body, headers=JSON | {"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await count(uow) == NOTHING


async def test_a_body_that_does_not_say_its_length_is_cut_off(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 10_000

    answer = await citizen.post("/api/reports", content=endless(), headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert await count(uow) == NOTHING


async def test_a_body_that_does_not_call_itself_json_is_refused(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    answer = await citizen.post("/api/reports", content=b'{"channel": "web"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert await count(uow) == NOTHING


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE report; --", "👩‍👧 ș\u202eț\u0007", "{}%s$1\\"]
)
async def test_every_text_is_kept_as_it_was_told(uow: UnitOfWork, citizen: httpx.AsyncClient, text: str) -> None:
    await submit(citizen, situation={"narrative": text}, reporter={"name": text})
    [event] = await published(uow)
    assert event.report.situation.narrative == text
    assert await uow.pool.fetchval("SELECT name FROM reporter") == text.strip()


@pytest.mark.parametrize(
    "code", ["K7M4C-9HXTD-3PRVG", "x", "%00", "%ff", "%ED%A0%80", "'%20OR%20true--", "K7M4C" * 1_000]
)
async def test_a_code_that_nobody_was_given_is_not_found(citizen: httpx.AsyncClient, code: str) -> None:
    answer = await citizen.get(f"/api/reports/{code}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_an_answer_to_many_mistakes_is_short(citizen: httpx.AsyncClient) -> None:
    mistakes = {"channel": "web", "x" * 1_000: 1, **{f"field{number}": 1 for number in range(10_000)}}
    answer = await citizen.post("/api/reports", json=mistakes)
    assert answer.status_code == 422
    assert len(answer.content) < 5_000


async def test_an_empty_idempotency_key_is_none(citizen: httpx.AsyncClient) -> None:
    for narrative in ("una", "alta"):
        answer = await citizen.post(
            "/api/reports",
            json={"channel": "web", "situation": {"narrative": narrative}},
            headers={"Idempotency-Key": ""},
        )
        assert answer.status_code == 201
