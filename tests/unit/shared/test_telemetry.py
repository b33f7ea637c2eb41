"""Logs say what happened and where, and never what an exception says."""

import json
import logging
from io import StringIO
from typing import Any

import pytest

from shared.telemetry import begin_trace, current_correlation_id, current_traceparent, describe, log

SECRET = "Privighetoare"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def stumble() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"no {SECRET}") from error


def lines(logs: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


def test_our_loggers_tell_class_and_place_of_an_exception_alone(logs: StringIO) -> None:
    try:
        stumble()
    except ValueError as error:
        log.error("stumbled", exc_info=error)
        log.exception("stumbled")
    for line in lines(logs):
        assert line["error"].startswith("ValueError at test_telemetry.py:")
        assert line["trace"][-1].endswith(" stumble")
    assert SECRET not in logs.getvalue()


def test_loggers_of_libraries_tell_no_more(logs: StringIO) -> None:
    try:
        stumble()
    except ValueError as error:
        logging.getLogger("uvicorn.error").exception("Exception in application\n")
        logging.getLogger("asyncio").error(f"Task failed\nfuture: {error!r}")
    assert [line["event"] for line in lines(logs)] == ["Exception in application", "Task failed"]
    assert SECRET not in logs.getvalue()


def test_a_line_names_service_level_time_and_trace(logs: StringIO) -> None:
    begin_trace("story-1", TRACE)
    log.info("happened", count=3)
    [line] = lines(logs)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "happened",
        "count": 3,
        "level": "info",
        "service": "test",
        "correlation_id": "story-1",
        "trace_id": TRACE[3:35],
    }


def test_the_clients_of_the_broker_are_quiet(logs: StringIO) -> None:
    logging.getLogger("aiokafka.producer").error("no broker")
    logging.getLogger("faststream").error("no broker")
    assert logs.getvalue() == ""


def test_an_error_is_described_by_class_and_place() -> None:
    with pytest.raises(ValueError, match=SECRET) as caught:
        stumble()
    assert describe(caught.value).startswith("ValueError at test_telemetry.py:")
    assert describe(ValueError(SECRET)) == "ValueError"


def test_a_trace_goes_on_with_a_span_of_its_own() -> None:
    correlation_id, traceparent = begin_trace("story-1", TRACE)
    assert (current_correlation_id(), current_traceparent()) == (correlation_id, traceparent)
    assert correlation_id == "story-1"
    assert (traceparent[:36], traceparent[52:]) == (TRACE[:36], TRACE[52:])
    assert traceparent != TRACE


@pytest.mark.parametrize("hostile", [None, "", "a b", "a\nb", "x" * 65, "ș"])
def test_what_is_no_correlation_id_is_replaced(hostile: str | None) -> None:
    assert begin_trace(hostile, hostile)[0] != hostile
