"""Requests that are sent twice have their effect once."""

import asyncio
from typing import Any

import httpx

from shared.db import UnitOfWork
from tests.integration.shared import lab

KEY = {"Idempotency-Key": "k-1"}


async def post(
    client: httpx.AsyncClient, number: int = 1, path: str = "/counts", headers: Any = KEY, **params: str
) -> httpx.Response:
    return await client.post(path, json={"number": number}, headers=headers, params=params)


async def test_a_repeat_gets_the_first_answer(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    first, again = await post(client), await post(client)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert await lab.heard(uow) == [1]
    assert await uow.pool.fetchval("SELECT count(*) FROM outbox") == 1


async def test_without_a_key_every_request_counts(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    assert (await post(client, headers={})).json() != (await post(client, headers={})).json()
    assert await lab.heard(uow) == [1, 1]


async def test_another_body_or_another_path_with_the_same_key_is_refused(
    uow: UnitOfWork, client: httpx.AsyncClient
) -> None:
    await post(client)
    for answer in (await post(client, number=2), await post(client, path="/other-counts")):
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert "Idempotency key reused" in answer.json()["title"]
    assert await lab.heard(uow) == [1]


async def test_ten_at_once_have_one_effect(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(post(client) for _ in range(10)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 9
    assert await lab.heard(uow) == [1]


async def test_a_key_belongs_to_its_caller(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    ana, ion = await post(client, who="ana"), await post(client, number=2, who="ion")
    assert (ana.status_code, ion.status_code) == (201, 201)
    assert await lab.heard(uow) == [1, 2]


async def test_a_request_that_failed_leaves_its_key_free(uow: UnitOfWork, client: httpx.AsyncClient) -> None:
    await uow.pool.execute("ALTER TABLE heard ADD CONSTRAINT small CHECK (number < 5)")
    assert (await post(client, number=9)).status_code == 500
    await uow.pool.execute("ALTER TABLE heard DROP CONSTRAINT small")
    assert (await post(client, number=9)).status_code == 201
    assert await lab.heard(uow) == [9]
