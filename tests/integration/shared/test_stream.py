"""What is published can be followed: nothing is missed and nothing told twice, whoever wrote it."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.db import UnitOfWork, close_pool, open_pool
from shared.health import Health
from shared.outbox import Outgoing
from shared.retention import OUTBOX_KEPT
from shared.stream import RESUMABLE, Tail
from shared.testing import wait_until
from tests.contract.http.world import served
from tests.integration.following import Client, following
from tests.integration.shared import counting, lab
from tests.integration.shared.models import Counted, Renamed
from tests.integration.shared.wire import TRACE

AGE = "UPDATE outbox SET created_at = created_at - $1::interval, published_at = created_at - $1::interval"


@pytest.fixture
def app(uow: UnitOfWork, tmp_path: Path) -> FastAPI:
    settings = counting.Settings(dsn="", kafka="", issuer="i", audience="a", jwks="none")
    app = counting.create_app(settings, lab.listening(), tmp_path)
    app.state.uow = uow
    app.state.tail = Tail(uow, Health(lab.SERVICE, "stream"), [Counted])
    return app


@pytest.fixture
async def url(app: FastAPI) -> AsyncIterator[str]:
    """Where even numbers are told."""
    async with lab.running(app.state.tail), served(app) as port:
        yield f"http://127.0.0.1:{port}/even-counts"


@pytest.fixture
async def other_process(database: str) -> AsyncIterator[UnitOfWork]:
    pool = await open_pool(database)
    yield UnitOfWork(pool)
    await close_pool(pool)


async def numbers(client: Client, last: int) -> list[int]:
    """Those told, up to the last."""
    found = [(await client.next()).data["number"]]
    while found[-1] != last:
        found.append((await client.next()).data["number"])
    return found


async def end_of_log(uow: UnitOfWork) -> str:
    return str(await uow.pool.fetchval("SELECT max(id) FROM outbox"))


async def test_who_comes_is_told_where_the_log_ends_and_then_what_is_published(url: str, uow: UnitOfWork) -> None:
    await lab.tell(uow, lab.counted(2))
    async with following(url) as client:
        hello = await client.next()
        assert (hello.event, hello.data) == ("hello", {"last_event_id": await end_of_log(uow)})
        assert ("retry", "2000") in client.fields
        assert client.answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        assert client.answer.headers["cache-control"] == "no-store"
        assert client.answer.headers["x-accel-buffering"] == "no"
        await lab.tell(uow, *(lab.counted(number) for number in range(3, 7)))
        told = [await client.next(), await client.next()]
        assert [(each.event, each.data["number"]) for each in told] == [("Counted", 4), ("Counted", 6)]
        assert told[-1].id == await end_of_log(uow)


@pytest.mark.parametrize("recent", [4, 1_000])
async def test_whatever_the_moment_it_is_cut_a_stream_goes_on_without_gap_or_double(
    url: str, uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    monkeypatch.setattr("shared.stream.RECENT", recent)
    monkeypatch.setattr("shared.stream.PAGE", 7)
    chance, last = random.Random(7), 400
    told: list[int] = []

    async def publish_all() -> None:
        number = 1
        while number <= last:
            many = chance.randint(1, 9)
            await lab.tell(uow, *(lab.counted(each) for each in range(number, min(number + many, last + 1))))
            number += many

    await lab.tell(uow, lab.counted(0))
    async with following(url) as client:
        await client.next()
    publishing = asyncio.create_task(publish_all())
    while last not in told:
        async with following(url, last_event_id=client.ids[-1]) as client:
            for _ in range(chance.randint(0, 30)):
                told.append((await client.next()).data["number"])
                if last in told:
                    break
    await publishing
    assert told == list(range(2, last + 1, 2))


async def test_what_another_process_writes_is_told_in_the_order_of_commits(
    url: str, uow: UnitOfWork, other_process: UnitOfWork
) -> None:
    async with following(url) as client:
        await client.next()
        for number in range(2, 21, 2):
            await lab.tell(other_process if number % 4 else uow, lab.counted(number))
        assert await numbers(client, 20) == list(range(2, 21, 2))


async def test_the_table_is_read_once_for_all_and_not_at_all_for_nobody(
    url: str, app: FastAPI, uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = Tail._read

    async def counted(tail: Tail, after: int) -> list[object]:
        reads.append(after)
        return list(await read(tail, after))

    monkeypatch.setattr(Tail, "_read", counted)
    await lab.tell(uow, lab.counted(1))
    clients = [following(url) for _ in range(20)]
    streams = [await client.__aenter__() for client in clients]
    await wait_until(lambda: app.state.tail._recent, what="the reader following")
    for stream in streams:
        await stream.next()
    reads.clear()
    await lab.tell(uow, lab.counted(2))
    for stream in streams:
        assert await numbers(stream, 2) == [2]
    assert len(reads) <= 3
    for client in clients:
        await client.__aexit__(None, None, None)
    await wait_until(lambda: app.state.tail._recent is None, what="nothing remembered for nobody")


async def test_a_quiet_stream_is_kept_alive_and_tells_how_far_the_log_was_read(
    url: str, uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.stream.KEEP_ALIVE_SECONDS", 0.05)
    async with following(url) as client:
        await client.next()
        await lab.tell(uow, *(lab.counted(number) for number in (1, 3, 5)))
        hearing, end = asyncio.create_task(client.next()), await end_of_log(uow)
        await wait_until(lambda: client.ids[-1] == end, what="the end of what cannot be seen")
        assert ("", "") in client.fields
        await lab.tell(uow, lab.counted(2))
        assert (await hearing).data["number"] == 2


async def test_an_event_of_another_version_is_passed_over(url: str, uow: UnitOfWork) -> None:
    async with following(url) as client:
        await client.next()
        await lab.tell(uow, Outgoing(Renamed(name="x"), "k", 1, "c-1", TRACE), lab.counted(2))
        await uow.pool.execute("UPDATE outbox SET value = '{}' WHERE sequence = 3")
        assert await numbers(client, 2) == [2]


@pytest.mark.parametrize("last_event_id", ["999999", "", "x", "-1", "0", "1" * 19])
async def test_an_id_that_nobody_was_told_begins_anew(url: str, uow: UnitOfWork, last_event_id: str) -> None:
    await lab.tell(uow, lab.counted(2))
    async with following(url, last_event_id=last_event_id) as client:
        reset = await client.next()
        assert (reset.event, reset.id) == ("reset", await end_of_log(uow))
        await lab.tell(uow, lab.counted(4))
        assert await numbers(client, 4) == [4]


@pytest.mark.parametrize("purged", [True, False])
async def test_what_retention_may_have_taken_is_not_missed_in_silence(url: str, uow: UnitOfWork, purged: bool) -> None:
    await lab.tell(uow, *(lab.counted(number) for number in range(1, 5)))
    first = str(await uow.pool.fetchval("SELECT min(id) FROM outbox"))
    await uow.pool.execute(AGE, OUTBOX_KEPT if purged else RESUMABLE - timedelta(minutes=1))
    if purged:
        await uow.pool.execute("DELETE FROM outbox WHERE sequence > 1")
    async with following(url, last_event_id=first) as client:
        assert (await client.next()).event == ("reset" if purged else "Counted")


async def test_a_stream_ends_when_its_time_has_come(url: str, uow: UnitOfWork) -> None:
    until = time.time() + 1
    async with following(f"{url}?until={until}") as client:
        await lab.tell(uow, lab.counted(2))
        assert [message.event for message in await client.rest()] == ["hello", "Counted"]
    assert until <= time.time() < until + 1


async def test_without_a_database_streams_end_and_are_refused_until_it_is_back(
    url: str, app: FastAPI, uow: UnitOfWork, database: str
) -> None:
    await lab.tell(uow, lab.counted(1))
    async with following(url) as client:
        await client.next()
        await close_pool(uow.pool)
        app.state.tail._tell()
        assert await client.rest() == []
    with pytest.raises(AssertionError, match="503"):
        async with following(url):
            pass
    uow.pool = await open_pool(database)
    async with following(url, last_event_id=client.ids[-1]) as client:
        await lab.tell(uow, lab.counted(2))
        await numbers(client, 2)


async def test_who_does_not_read_is_hung_up_on_and_holds_nobody_else_up(
    url: str, app: FastAPI, uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.protocol.STUCK_SECONDS", 0.5)
    async with following(url) as client, not_reading(url):
        await client.next()
        await wait_until(lambda: app.state.tail._followers == 2, what="both following")
        sizes = chain(ENOUGH_TO_BLOCK, repeat(0))
        while app.state.tail._followers == 2:
            number = await tell_at_length(uow, next(sizes))
            await numbers(client, number)
        await lab.tell(uow, lab.counted(number + 2))
        await numbers(client, number + 2)


async def test_streams_do_not_hold_up_the_end_of_the_process(app: FastAPI, uow: UnitOfWork) -> None:
    async with lab.running(app.state.tail), AsyncExitStack() as clients:
        async with served(app, force_exit=False) as port:
            url = f"http://127.0.0.1:{port}/even-counts"
            client = await clients.enter_async_context(following(url))
            await client.next()
            await clients.enter_async_context(not_reading(url))
            await wait_until(lambda: app.state.tail._followers == 2, what="both following")
            for size in ENOUGH_TO_BLOCK:
                await numbers(client, await tell_at_length(uow, size))
            ending = time.monotonic()
        assert time.monotonic() - ending < 2
        assert await client.rest() == []


ENOUGH_TO_BLOCK = [400_000] * 30
"""More than all buffers between two processes hold."""


async def tell_at_length(uow: UnitOfWork, size: int) -> int:
    """The number that was told."""
    number = 2 + 2 * int(await uow.pool.fetchval("SELECT count(*) FROM outbox"))
    await lab.tell(uow, Outgoing(Counted(number=number, note="x" * size), "k", number, "c-1", TRACE))
    return number


@asynccontextmanager
async def not_reading(url: str) -> AsyncIterator[None]:
    """A client that asks for a stream and takes nothing of it."""
    asked = httpx.URL(url)
    _, writer = await asyncio.open_connection(asked.host, asked.port, limit=1)
    writer.write(f"GET {asked.path} HTTP/1.1\r\nhost: {asked.host}\r\n\r\n".encode())
    yield
    writer.transport.abort()
