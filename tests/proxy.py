"""Servers behind a network that fails: TCP between the services and PostgreSQL or Kafka."""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field

HOST = b"127.0.0.1"
ABORT = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""


@dataclass(eq=False)
class Connection:
    """One client's connection to the server and what becomes of its bytes."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    silent: bool = False
    """Half-open: both ends believe in it, nothing arrives any more."""

    def reset(self) -> None:
        """Both ends get RST."""
        for writer in (self.client, self.server):
            end = writer.get_extra_info("socket")
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            writer.transport.abort()


@dataclass(eq=False)
class Proxy:
    """Listens beside a server on 127.0.0.1. `latency`: seconds that every piece waits; `left`: bytes that still pass
    before the connections break."""

    server_port: int
    port: int
    latency: float = 0.0
    left: int | None = None
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _listening: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _connections: set[Connection] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"{HOST.decode()}:{self.port}"

    async def connect(self) -> None:
        """Let clients through, from the start or again."""
        self._flows.set()
        self._listening = await asyncio.start_server(self._serve, HOST.decode(), self.port)

    async def cut(self) -> None:
        """As if the server had died: connections break and new ones are refused."""
        if self._listening:
            self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self) -> None:
        """Every connection breaks; new ones are welcome."""
        for connection in self._connections:
            connection.reset()

    def stall(self) -> None:
        """No byte moves until `flow`; connections, new ones too, stay open."""
        self._flows.clear()

    def flow(self) -> None:
        self._flows.set()

    def silence(self) -> None:
        """Present connections become half-open for good; new ones work."""
        for connection in self._connections:
            connection.silent = True

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Ends normally when cut: a cancelled connection callback would be reported as an error."""
        self._tasks.add(task := asyncio.ensure_future(self._join(client_reader, client)))
        with suppress(asyncio.CancelledError, OSError, EOFError, ExceptionGroup):
            await task
        self._tasks.discard(task)
        client.close()

    async def _join(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        server_reader, server = await asyncio.open_connection(HOST.decode(), self.server_port)
        self._connections.add(connection := Connection(client, server))
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._forward_requests(client_reader, connection))
                both.create_task(self._forward_answers(server_reader, connection))
        finally:
            self._connections.discard(connection)
            server.close()

    async def _forward_requests(self, client: asyncio.StreamReader, connection: Connection) -> None:
        while data := await client.read(65_536):
            await self._pass(data, connection, connection.server)
        raise EOFError

    async def _forward_answers(self, server: asyncio.StreamReader, connection: Connection) -> None:
        while data := await server.read(65_536):
            await self._pass(data, connection, connection.client)
        raise EOFError

    async def _pass(self, data: bytes, connection: Connection, receiver: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        if self.latency:
            await asyncio.sleep(self.latency)
        if connection.silent:
            return
        if self.left is not None:
            data, self.left = data[: self.left], max(0, self.left - len(data))
        receiver.write(data)
        await receiver.drain()
        if self.left == 0:
            self.left = None
            self.reset()


class BrokerProxy(Proxy):
    """Beside one broker: answers with its own port wherever the broker names its own."""

    async def _forward_answers(self, server: asyncio.StreamReader, connection: Connection) -> None:
        """Answer by answer (four bytes of length, then the answer), so that no name is torn apart."""
        named, renamed = (HOST + number.to_bytes(4, "big") for number in (self.server_port, self.port))
        while True:
            size = await server.readexactly(4)
            answer = await server.readexactly(int.from_bytes(size, "big"))
            await self._pass(size + answer.replace(named, renamed), connection, connection.client)
