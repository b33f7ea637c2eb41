"""Logs, metrics and the trace that leads from a request to its last event.

Logs are JSON lines on standard output. They never hold the text of an exception: it may quote personal data.
"""

import logging
import re
import secrets
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, TextIO

import asyncpg
import structlog
from prometheus_client import Counter, Gauge, Histogram

from shared.envelope import TRACEPARENT
from shared.ids import uuid7

log: structlog.stdlib.BoundLogger = structlog.get_logger()

OUTBOX_UNPUBLISHED = Gauge("punte_outbox_unpublished", "Events that wait for the broker", ["service"])
BACKGROUND_OK = Gauge("punte_background_ok", "1 while a background task works or stands by", ["service", "task"])
PUBLISHED = Counter("punte_events_published", "Events acknowledged by the broker", ["service"])
BATCHES = Counter("punte_batches", "Batches received", ["service", "outcome"])
BATCH_SECONDS = Histogram("punte_batch_seconds", "Time to handle a batch", ["service"])
LAG = Gauge("punte_consumer_lag", "Records behind the end of a partition", ["service", "topic", "partition"])
DEAD_LETTERS = Counter("punte_dead_letters", "Messages set aside as bad", ["service", "topic"])
SWEEPS = Counter("punte_sweeps", "Due clocks acted upon", ["service", "sweep", "outcome"])
HTTP_SECONDS = Histogram("punte_http_seconds", "Time to answer a request", ["service", "method", "route", "status"])

_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
_traceparent: ContextVar[str] = ContextVar("traceparent", default="")


def current_correlation_id() -> str:
    """The id that joins everything one request sets off."""
    return _correlation_id.get() or begin_trace(None, None)[0]


def current_traceparent() -> str:
    """The W3C trace parent of the work in hand."""
    return _traceparent.get() or begin_trace(None, None)[1]


def begin_trace(correlation_id: str | None, traceparent: str | None) -> tuple[str, str]:
    """Bind a correlation id and a new span to the running context: of the caller's trace if he sent a valid one."""
    if correlation_id is None or not _CORRELATION.fullmatch(correlation_id):
        correlation_id = str(uuid7())
    valid = traceparent is not None and TRACEPARENT.fullmatch(traceparent)
    trace, flags = (traceparent[3:35], traceparent[53:]) if valid and traceparent else (secrets.token_hex(16), "01")
    _correlation_id.set(correlation_id)
    _traceparent.set(span := f"00-{trace}-{secrets.token_hex(8)}-{flags}")
    return correlation_id, span


def correlate(correlation_id: str) -> None:
    """What the work in hand began has an id of its own: log lines and the answer carry that from here on."""
    _correlation_id.set(correlation_id)


def describe(error: BaseException) -> str:
    """What and where, without the error's own words: `ValueError at decide.py:42`."""
    name = type(error).__name__
    if isinstance(error, asyncpg.PostgresError):
        name += f" {error.sqlstate}{f' {error.constraint_name}' if error.constraint_name else ''}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{name} at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else name


def configure_logging(service: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """JSON lines for our own loggers and those of the libraries. Call once, before anything logs; without a stream, to
    standard output."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_context(service),
        _strip_exceptions,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _first_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.raiseExceptions = False  # a broken stream would otherwise get the texts of exceptions
    # Without a broker they write a hundred lines a second; relay, consumer and /readyz say the same once.
    for noisy in ("aiokafka", "faststream"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _add_context(service: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        if correlation_id := _correlation_id.get():
            event.setdefault("correlation_id", correlation_id)
            event.setdefault("trace_id", _traceparent.get()[3:35])
        return event

    return add


def _strip_exceptions(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = describe(error)
        event["trace"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    return event


def _first_line(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """asyncio and uvicorn put the text of exceptions below the first line of their messages."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event
