"""A body is as large as it may be, however it comes."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.unit.shared import doors

FRAME = len('{"name":"","age":1}')
JSON = {"content-type": "application/json"}


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with doors.client(doors.application(tmp_path / "none.json")) as client:
        yield client


def body(size: int) -> bytes:
    return b'{"name":"%s","age":1}' % (b"x" * (size - FRAME))


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100):
        yield content[start : start + 100]


@pytest.mark.parametrize(("size", "status"), [(doors.LIMIT, 200), (doors.LIMIT + 1, 413)])
async def test_a_body_that_announces_its_size(client: httpx.AsyncClient, size: int, status: int) -> None:
    assert (await client.post("/guests", content=body(size), headers=JSON)).status_code == status


@pytest.mark.parametrize(("size", "status"), [(doors.LIMIT, 200), (doors.LIMIT + 1, 413)])
async def test_a_body_that_comes_in_chunks(client: httpx.AsyncClient, size: int, status: int) -> None:
    assert (await client.post("/guests", content=chunks(body(size)), headers=JSON)).status_code == status


@pytest.mark.parametrize("announced", ["5", "-1", "many"])
async def test_a_body_larger_than_announced(client: httpx.AsyncClient, announced: str) -> None:
    headers = JSON | {"content-length": announced}
    answer = await client.post("/guests", content=chunks(body(doors.LIMIT + 1)), headers=headers)
    assert answer.status_code == 413


async def test_what_is_too_large_is_told_the_limit(client: httpx.AsyncClient) -> None:
    for content in (body(doors.LIMIT + 1), chunks(body(doors.LIMIT + 1))):
        answer = await client.post("/guests", content=content, headers=JSON)
        assert answer.headers["content-type"] == "application/problem+json"
        assert str(doors.LIMIT) in answer.json()["detail"]


async def test_no_more_is_read_than_may_be(client: httpx.AsyncClient) -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(100)
            yield b"x" * 100

    answer = await client.post("/guests", content=endless(), headers=JSON)
    assert answer.status_code == 413
    assert sum(read) <= doors.LIMIT + 200
