"""Events as they are published, over HTTP: server-sent events that go on from the last one a client got.

https://html.spec.whatwg.org/multipage/server-sent-events.html

The log is the outbox, an event's id that of its row. Whoever publishes an event that is followed holds one lock from
before the row is inserted until it is committed: ids are then in commit order, and behind a row that can be seen no
earlier one appears.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Annotated, Literal

from asyncpg import Record
from fastapi import Depends, Header, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ValidationError

from shared.db import TRANSIENT, UnitOfWork
from shared.envelope import EventModel
from shared.health import Health
from shared.retention import OUTBOX_KEPT
from shared.waiting import wait_any

PAGE = 500
RECENT = 1_000
"""How many of the newest are remembered; who is behind them reads the table."""
POLL_SECONDS = 1.0
"""How soon a row is seen whose commit did not wake this process."""
PACE_SECONDS = 0.02
"""The shortest time from one look to the next."""
RESUMABLE = OUTBOX_KEPT - timedelta(hours=1)
"""What was written behind a row so young is still there."""
KEEP_ALIVE_SECONDS = 15.0
RETRY_MS = 2_000
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Show = Callable[[EventModel], BaseModel | None]
"""What one client may see of an event."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`event` is None where nothing new came, or what this process does not know."""

    id: int
    event: EventModel | None


class Recent:
    """The newest entries: all there are behind `start`."""

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self._entries: list[Entry] = []

    def add(self, new: Sequence[Entry]) -> None:
        known = [*self._entries, *new]
        forgotten, self._entries = known[:-RECENT], known[-RECENT:]
        if forgotten:
            self.start = forgotten[-1].id
        if new:
            self.end = new[-1].id

    def behind(self, after: int) -> list[Entry]:
        """All behind an id that is not before `start`."""
        return list(takewhile(lambda entry: entry.id > after, reversed(self._entries)))[::-1]


class Tail:
    """The end of the log, read once for all who follow it; not at all while nobody does."""

    def __init__(self, uow: UnitOfWork, health: Health, events: Sequence[type[EventModel]]) -> None:
        self.health = health
        self._uow = uow
        self._models = {event.ce_type: event for event in events}
        self._topics = sorted({event.topic for event in events})
        self._followers = 0
        self._recent: Recent | None = None
        self._more = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            committed, begun = self._uow.committed, loop.time()
            if await self._look() < PAGE:
                self.health.set("ok")
                await wait_any(POLL_SECONDS, stop, committed)
                await wait_any(begun + PACE_SECONDS - loop.time(), stop)

    @asynccontextmanager
    async def followed(self, last_event_id: str | None) -> AsyncIterator["Following"]:
        """From the event with that id on; from now on where there is none, or where what came behind it may be gone."""
        self._followers += 1
        try:
            if last_event_id is not None and await self._is_resumable(last_event_id):
                yield Following(self, int(last_event_id), None)
            else:
                yield Following(self, await self._end(), "hello" if last_event_id is None else "reset")
        finally:
            self._followers -= 1

    async def entries(self, after: int, until: float) -> AsyncIterator[Entry]:
        """All behind that id, and a sign of life, as long as it is not `until` and the database answers."""
        loop = asyncio.get_running_loop()
        alive = loop.time() + KEEP_ALIVE_SECONDS
        while (left := until - time.time()) > 0:
            more = self._more
            try:
                found = await self._behind(after)
            except TRANSIENT:
                return
            for entry in found:
                yield entry
                after = entry.id
                await asyncio.sleep(0)  # others have their turn
            if not found and not await wait_any(min(left, alive - loop.time()), more):
                alive = loop.time() + KEEP_ALIVE_SECONDS
                yield Entry(after, None)

    async def _look(self) -> int:
        """How many were new."""
        if not self._followers:
            self._recent = None
            return 0
        if self._recent is None:
            self._recent = Recent(await self._end())
            self._tell()
            return 0
        new = await self._read(self._recent.end)
        if new:
            self._recent.add(new)
            self._tell()
        return len(new)

    def _tell(self) -> None:
        more, self._more = self._more, asyncio.Event()
        more.set()

    async def _behind(self, after: int) -> list[Entry]:
        if self._recent is None or after < self._recent.start:
            return await self._read(after)
        return self._recent.behind(after)

    async def _read(self, after: int) -> list[Entry]:
        async with self._uow.read() as tx:
            rows = await tx.fetch(
                "SELECT id, headers, value FROM outbox WHERE id > $1 AND topic = ANY ($2) ORDER BY id LIMIT $3",
                after,
                self._topics,
                PAGE,
            )
        return [Entry(row["id"], self._event(row)) for row in rows]

    def _event(self, row: Record) -> EventModel | None:
        try:
            model = self._models[dict(row["headers"])["ce_type"]]
            return model.model_validate_json(row["value"], extra="ignore")
        except (KeyError, ValidationError):
            return None

    async def _end(self) -> int:
        query = "SELECT coalesce(max(id), 0) FROM outbox WHERE topic = ANY ($1)"
        async with self._uow.read() as tx:
            return int(await tx.fetchval(query, self._topics))

    async def _is_resumable(self, last_event_id: str) -> bool:
        """Whether all that came behind it is still there."""
        if not re.fullmatch(r"[0-9]{1,18}", last_event_id):
            return False
        query = "SELECT EXISTS (SELECT FROM outbox WHERE id = $1 AND topic = ANY ($2) AND created_at > $3)"
        youngest = self._uow.clock.now() - RESUMABLE
        async with self._uow.read() as tx:
            return bool(await tx.fetchval(query, int(last_event_id), self._topics, youngest))


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


@dataclass(frozen=True)
class Following:
    """One client's way along the log, which begins behind `after`."""

    tail: Tail
    after: int
    greeting: Literal["hello", "reset"] | None
    """`hello`: what is loaded now is as new as this; `reset`: what was loaded before is to be loaded anew."""

    def response(self, show: Show, until: float) -> EventStream:
        """What `show` lets a client see, as long as it is not `until`, in seconds since 1970."""
        return EventStream(self._blocks(show, until), headers=HEADERS)

    async def _blocks(self, show: Show, until: float) -> AsyncIterator[bytes]:
        data = self.greeting and f'{{"last_event_id":"{self.after}"}}'
        yield format_sse_event(event=self.greeting, data_str=data, id=str(self.after), retry=RETRY_MS)
        async for entry in self.tail.entries(self.after, until):
            if time.time() >= until:
                return
            if entry.event is None:
                yield format_sse_event(comment="", id=str(entry.id))
            elif seen := show(entry.event):
                name = type(entry.event).__name__
                yield format_sse_event(event=name, data_str=seen.model_dump_json(), id=str(entry.id))


async def _followed(
    request: Request,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            description="Id-ul ultimului eveniment primit: fluxul continuă după el. / "
            "The id of the last event received: the stream goes on behind it.",
        ),
    ] = None,
) -> AsyncIterator[Following]:
    tail: Tail = request.app.state.tail
    async with tail.followed(last_event_id) as following:
        yield following


Followed = Annotated[Following, Depends(_followed)]
"""Comes behind the parameter that says who may call: it asks the database."""
