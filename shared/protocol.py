"""HTTP/1.1 below the application: what is no request is refused here, what has no end is ended."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http import Problem
from shared.telemetry import begin_trace, current_correlation_id

MAX_HEAD_BYTES = 64 * 1024
"""Request line and headers, as far as they are read before they end."""
STUCK_SECONDS = 30.0
"""How long a client may leave unread what was sent to it."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's, with an end to what a request may begin with, to answers that nobody reads and, when the process ends,
    to those without an end of their own; and problem details instead of plain text."""

    _head: int | None = None
    """How much was read, in whole chunks, while a head is unfinished; None where none is."""

    _stuck: asyncio.TimerHandle

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(STUCK_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck.cancel()

    def shutdown(self) -> None:
        super().shutdown()
        if self.cycle and self.cycle.chunked_encoding and not self.cycle.response_complete:
            self.transport.abort()

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MAX_HEAD_BYTES:
                self._refuse(431)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        begin_trace(None, None)
        answer = Problem(
            status, headers={"connection": "close", "x-correlation-id": current_correlation_id()}
        ).response()
        head = b"".join(b"%s: %s\r\n" % header for header in answer.raw_headers)
        self.transport.write(b"HTTP/1.1 %d \r\n%s\r\n%s" % (status, head, answer.body))
        self.transport.close()
