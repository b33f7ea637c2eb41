"""What is too much or no request at all is told so in problem details, and nothing changes."""

import asyncio
import json
from pathlib import Path

import pytest

from shared.protocol import MAX_HEAD_BYTES
from tests.contract.http.conftest import World
from tests.contract.http.matters import Ids, known, own_token
from tests.contract.http.refused import BODIES_REFUSED, METHODS_REFUSED, QUESTIONS_REFUSED, Request

ASKS = {"reports": "partner", "hotline": "operator", "triage": "caseworker", "capacity": "center_staff"}
"""Who is let in."""
A_CASEWORKERS = "/api/placements/{case_id}/offers"
PROBLEM = "application/problem+json"

TOO_LONG = b"a" * MAX_HEAD_BYTES
HEADS = {
    "a-long-header": (b"GET /healthz HTTP/1.1\r\nx: " + TOO_LONG, 431),
    "many-headers": (b"GET /healthz HTTP/1.1\r\n" + b"x: y\r\n" * (MAX_HEAD_BYTES // 6 + 1), 431),
    "a-long-path": (b"GET /" + TOO_LONG, 431),
    "a-long-question": (b"GET /api/cases?q=" + TOO_LONG, 431),
    "no-http": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "an-unknown-method": (b"BREW /healthz HTTP/1.1\r\n\r\n", 400),
    "a-nul-in-a-header": (b"GET /healthz HTTP/1.1\r\nx: a\0b\r\n\r\n", 400),
    "a-negative-length": (b"POST /healthz HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
    "two-lengths": (b"POST /healthz HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
    "a-length-and-chunks": (
        b"POST /healthz HTTP/1.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
}


@pytest.mark.parametrize("request_", [*BODIES_REFUSED, *QUESTIONS_REFUSED, *METHODS_REFUSED], ids=str)
async def test_what_is_refused_says_so_and_changes_nothing(
    world: World, ids: Ids, keys: Path, request_: Request
) -> None:
    name, method, path = request_.route
    service = world[name]
    before = await service.rows()
    answer = await service.http.request(
        method,
        path.format_map(known(ids, name)) if "{" in path else path,
        content=request_.content,
        headers={
            "authorization": f"Bearer {own_token(keys, ASKS['triage' if path == A_CASEWORKERS else name])}",
            "x-correlation-id": "story-1",
            "idempotency-key": "k-1",
        }
        | request_.headers,
    )
    assert (answer.status_code, answer.headers["content-type"]) == (request_.status, PROBLEM)
    assert answer.headers["x-correlation-id"] == answer.json()["correlation_id"] == "story-1"
    assert len(answer.content) < 5_000
    assert await service.rows() == before


@pytest.mark.parametrize(("head", "status"), HEADS.values(), ids=HEADS)
async def test_what_is_no_request_is_refused_and_hung_up_on(world: World, head: bytes, status: int) -> None:
    answer = await sent_raw(world["reports"].port, head)
    said, _, body = answer.partition(b"\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 %d" % status)
    assert b"content-type: application/problem+json" in said.lower()
    assert json.loads(body)["correlation_id"].encode() in said


async def test_a_head_within_the_limit_is_read(world: World) -> None:
    answer = await world["reports"].http.get("/healthz", headers={"x": "a" * (MAX_HEAD_BYTES - 1_000)})
    assert answer.status_code == 200


async def sent_raw(port: int, content: bytes) -> bytes:
    """All that is answered before the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(content)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()
