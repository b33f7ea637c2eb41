"""An event that is too large is refused before anything is kept."""

import httpx

from shared.db import UnitOfWork
from shared.envelope import MAX_VALUE_BYTES
from tests.integration.shared import lab

AROUND = len('{"number":1,"note":""}')


async def stored(uow: UnitOfWork) -> list[int]:
    return [await uow.pool.fetchval(f"SELECT count(*) FROM {table}") for table in ("heard", "outbox", "idempotency")]


async def test_an_event_above_the_limit_is_413_and_nothing_is_stored(
    uow: UnitOfWork, client: httpx.AsyncClient
) -> None:
    large = {"number": 1, "note_length": MAX_VALUE_BYTES - AROUND + 1}
    answer = await client.post("/counts", json=large, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:punte:problem:event-too-large")
    assert "524288" in answer.json()["detail"]
    assert await stored(uow) == [0, 0, 0]


async def test_an_event_of_the_limit_is_stored(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    largest = {"number": 1, "note_length": MAX_VALUE_BYTES - AROUND}
    assert (await client.post("/counts", json=largest)).status_code == 201
    assert await stored(uow) == [1, 1, 0]
    assert await lab.heard(uow) == [1]
