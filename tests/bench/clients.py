"""Clients that keep their connections and cost little, so that what they measure is the server."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Connection:
    """One request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> Answer:
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        return Answer(int(head.split(" ", 2)[1]), await self.reader.readexactly(length))


class Server:
    """As many connections as there are requests at a time; each serves the next one too."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._host = urlsplit(url).netloc
        self._headers = headers
        self._idle: list[Connection] = []

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, b"", {})

    async def post(self, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Raises AssertionError where the answer is an error."""
        answer = await self._ask("POST", path, body, headers or {})
        assert answer.status in {200, 201}, answer
        return answer

    async def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        about = {
            "host": self._host,
            "content-type": "application/json",
            "content-length": str(len(body)),
            **self._headers,
            **headers,
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in about.items()), "\r\n"]
        connection = await self._connection()
        answer = await connection.ask("\r\n".join(lines).encode() + body)
        self._idle.append(connection)
        return answer

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.reader.at_eof():  # the server closes what was idle for long
                return connection
            connection.writer.close()
        host, _, port = self._host.partition(":")
        return Connection(*await asyncio.open_connection(host, int(port)))

    def close(self) -> None:
        for connection in self._idle:
            connection.writer.close()


@contextmanager
def server(url: str, headers: Mapping[str, str] | None = None) -> Iterator[Server]:
    asked = Server(url, headers or {})
    try:
        yield asked
    finally:
        asked.close()
