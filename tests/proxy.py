"""Servers that can be cut off: TCP between the services and PostgreSQL or Kafka."""

import asyncio
from contextlib import suppress

HOST = b"127.0.0.1"


class Proxy:
    """Listens beside a server on 127.0.0.1."""

    def __init__(self, server_port: int, port: int) -> None:
        self.address = f"{HOST.decode()}:{port}"
        self._server_port = server_port
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Let clients through, from the start or again."""
        self._server = await asyncio.start_server(self._serve, HOST.decode(), self._port)

    async def cut(self) -> None:
        """As if the server had died: connections break and new ones are refused."""
        if self._server:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Ends normally when cut: a cancelled connection callback would be reported as an error."""
        self._connections.add(connection := asyncio.ensure_future(self._join(client_reader, client)))
        with suppress(asyncio.CancelledError, OSError, EOFError, ExceptionGroup):
            await connection
        self._connections.discard(connection)
        client.close()

    async def _join(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        server_reader, server = await asyncio.open_connection(HOST.decode(), self._server_port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_forward_bytes(client_reader, server))
                both.create_task(self._forward_answers(server_reader, client))
        finally:
            server.close()

    async def _forward_answers(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        await _forward_bytes(server, client)


class BrokerProxy(Proxy):
    """Beside one broker: answers with its own port wherever the broker names its own."""

    def __init__(self, broker_port: int, port: int) -> None:
        super().__init__(broker_port, port)
        self._named = HOST + broker_port.to_bytes(4, "big")
        self._renamed = HOST + port.to_bytes(4, "big")

    async def _forward_answers(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Answer by answer (four bytes of length, then the answer), so that no name is torn apart."""
        while True:
            size = await server.readexactly(4)
            answer = await server.readexactly(int.from_bytes(size, "big"))
            client.write(size + answer.replace(self._named, self._renamed))
            await client.drain()


async def _forward_bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    raise EOFError
