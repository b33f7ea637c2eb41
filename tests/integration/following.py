"""A client of server-sent events, which reads them as the standard says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx


class Ended(Exception):
    """The stream has no more to tell."""


@dataclass(frozen=True)
class Message:
    id: str
    event: str
    data: dict[str, Any]


@dataclass
class Client:
    answer: httpx.Response
    fields: list[tuple[str, str]] = field(default_factory=list)
    """All that were told, by name; a comment has none."""

    def __post_init__(self) -> None:
        self._blocks = self._read()

    @property
    def ids(self) -> list[str]:
        return [value for name, value in self.fields if name == "id"]

    async def next(self, within: float = 15.0) -> Message:
        """What is told without data is taken down on the way. Raises Ended."""
        try:
            async with asyncio.timeout(within):
                async for block in self._blocks:
                    if message := self._message(block):
                        return message
        except httpx.TransportError as error:
            raise Ended from error
        raise Ended

    def _message(self, block: dict[str, str]) -> Message | None:
        data = block.get("data")
        return Message(self.ids[-1], block.get("event", "message"), json.loads(data)) if data else None

    async def _read(self) -> AsyncIterator[dict[str, str]]:
        block: dict[str, str] = {}
        async for line in self.answer.aiter_lines():
            name, _, value = line.partition(": ")
            self.fields.append((name, value))
            if line:
                block[name] = value
            else:
                yield block
                block = {}

    async def up_to(self, last_id: int, within: float = 15.0) -> list[Message]:
        """All that came until it was told that the log is read so far."""
        found = []
        async with asyncio.timeout(within):
            while not self.ids or int(self.ids[-1]) < last_id:
                block = await anext(self._blocks)
                if message := self._message(block):
                    found.append(message)
        return found

    async def rest(self) -> list[Message]:
        """All that still comes until it ends."""
        found: list[Message] = []
        try:
            while True:
                found.append(await self.next())
        except Ended:
            return found


@asynccontextmanager
async def following(url: str, bearer: str = "", last_event_id: str | None = None) -> AsyncIterator[Client]:
    """Connected: whatever is committed from here on is told."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    async with httpx.AsyncClient(timeout=60) as http, http.stream("GET", url, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Client(answer)
