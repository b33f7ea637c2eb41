"""What no honest client sends: it changes nothing and gets a problem of the 400s."""

import json
from typing import Any

import httpx
import pytest

from shared.db import UnitOfWork
from tests.integration.hotline.playing import CALL, CANARY, NOTHING, count, published, read, take

JSON = {"Content-Type": "application/json"}


def call(**told: Any) -> bytes:
    return json.dumps(CALL | told, separators=(",", ":")).encode()


REFUSED = {
    "nothing": (b"", 422),
    "no-json": (b"line=child-119", 422),
    "a-list": (b"[]", 422),
    "deep-lists": (b"[" * 100_000, 400),
    "deep-objects": (b'{"situation":' * 20_000 + b"1" + b"}" * 20_000, 400),
    "a-huge-body": (call(situation={"narrative": "a" * 600_000}), 413),
    "much-harm": (call(situation={"harm": ["online"] * 58_220}), 422),
    "no-line": (b"{}", 422),
    "sql-line": (call(line="'; DROP TABLE call; --"), 422),
    "html-line": (call(line="<script>"), 422),
    "nul-line": (call(line="child-119\0"), 422),
    "surrogate-line": (call(line="child-119\ud800"), 422),
    "unknown-type": (call(call_type="prank"), 422),
    "unknown-urgency": (call(proposed_urgency="U9"), 422),
    "wrong-types": (call(situation=["x"], reporter=7), 422),
    "unknown-field": (call(operator={"subject": "o-2"}), 422),
    "unknown-inner-field": (call(situation={"authority": "S6"}), 422),
    "surrogate-field": (b'{"line": "child-119", "\\ud800": 1}', 422),
    "nul": (call(situation={"narrative": "a\0b"}), 422),
    "surrogate": (call(situation={"narrative": "a\ud800b"}), 422),
    "nul-name": (call(reporter={"name": "a\0b"}), 422),
    "surrogate-name": (call(reporter={"name": "a\ud800b"}), 422),
    "no-offset": (call(started_at="2026-01-15T10:00:00"), 422),
    "before-all-time": (call(started_at="0001-01-01T00:00:00+14:00"), 422),
    "after-all-time": (call(ended_at="9999-12-31T23:59:59-14:00"), 422),
}


@pytest.mark.parametrize(("body", "status"), REFUSED.values(), ids=REFUSED)
async def test_what_is_refused_changes_nothing(
    uow: UnitOfWork, operator: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await operator.post("/api/calls", content=body, headers=JSON | {"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await count(uow) == NOTHING


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE call; --", "👩‍👧 ș\u202eț\u0007", "{}%s$1\\"]
)
async def test_every_text_is_kept_as_it_was_told(uow: UnitOfWork, operator: httpx.AsyncClient, text: str) -> None:
    call_id = await take(operator, situation={"narrative": text}, reporter=CANARY | {"name": text})
    [event] = await published(uow)
    assert event.call.situation is not None
    assert event.call.situation.narrative == text
    assert (await read(operator, call_id))["situation"]["narrative"] == text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/calls/7", 422),
        ("/api/calls/%00", 422),
        ("/api/calls/01a206a4-a168-72fc-b799-e99494218186", 404),
        ("/api/free-places?code=a%00b", 422),
        ("/api/free-places?code=%ff%fe", 200),
        ("/api/free-places?code='%20OR%20true--", 200),
        (f"/api/free-places?code={'8' * 21}", 422),
    ],
)
async def test_what_a_question_may_hold(operator: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await operator.get(path)
    assert answer.status_code == status
    assert answer.json().get("items", []) == []
