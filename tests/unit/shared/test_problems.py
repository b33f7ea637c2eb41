"""Every error is problem details (RFC 9457) that repeat nothing of what was sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.http import Problem
from tests.unit.shared import doors

SECRET = "Privighetoare"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with doors.client(doors.application(tmp_path / "none.json")) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/guests", 405),
        ("GET", "/studio", 401),
        ("POST", "/guests", 422),
        ("GET", "/full", 409),
        ("GET", "/lost", 503),
        ("GET", "/broken", 500),
    ],
)
async def test_every_error_has_the_standard_shape(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path, headers={"x-correlation-id": "story-1"})
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (body["status"], body["correlation_id"], answer.headers["x-correlation-id"]) == (
        status,
        "story-1",
        "story-1",
    )
    assert body["type"].startswith(("about:blank", "urn:punte:problem:"))
    assert " / " in body["title"]  # in both languages
    assert "secret" not in answer.text


async def test_a_domain_error_tells_its_docstring_and_has_a_type_of_its_own(client: httpx.AsyncClient) -> None:
    body = (await client.get("/full")).json()
    assert body["detail"] == "Sala A este plină. / Hall A is full."
    assert body["type"] == "urn:punte:problem:full"


async def test_what_may_be_tried_again_says_when(client: httpx.AsyncClient) -> None:
    assert (await client.get("/lost")).headers["retry-after"] == "2"


async def test_a_wrong_method_is_told_the_right_ones(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/guests")).headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"name": [SECRET], "age": SECRET}, [["body", "name"], ["body", "age"]]),
        ({"name": "x", "age": 1, "nickname": SECRET}, [["body", "nickname"]]),
        ({"age": {SECRET: SECRET}}, [["body", "name"], ["body", "age"]]),
        ([SECRET], [["body"]]),
        (SECRET, [["body"]]),
    ],
)
async def test_invalid_data_is_placed_and_not_repeated(client: httpx.AsyncClient, body: Any, places: Any) -> None:
    answer = await client.post("/guests", json=body)
    assert [error["loc"] for error in answer.json()["errors"]] == places
    assert SECRET not in answer.text


async def test_broken_json_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/guests", content=f'{{"name": {SECRET}', headers={"content-type": "application/json"})
    assert (answer.status_code, SECRET in answer.text) == (422, False)


def test_extra_members_travel_beside_the_standard_ones() -> None:
    body = Problem(409, "Plin / Full", until="10:00").response().body
    assert b'"until":"10:00"' in bytes(body)


async def test_a_trace_is_taken_on_and_answered(client: httpx.AsyncClient) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = await client.get("/street", headers={"traceparent": trace, "x-correlation-id": "story-1"})
    assert answer.headers["x-correlation-id"] == "story-1"
    assert answer.headers["traceparent"].split("-")[1] == trace.split("-")[1]
    assert answer.headers["traceparent"] != trace


@pytest.mark.parametrize("hostile", ["a b", "x" * 65, "", 'a"b'])
async def test_a_correlation_id_that_is_none_is_replaced(client: httpx.AsyncClient, hostile: str) -> None:
    answer = await client.get("/street", headers={"x-correlation-id": hostile, "traceparent": hostile})
    assert answer.headers["x-correlation-id"] not in ("", hostile)
    assert answer.headers["traceparent"].startswith("00-")
