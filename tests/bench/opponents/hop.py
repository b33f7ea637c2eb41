"""What a hop is, for all who make it: an event is heard, and four rows are written."""

import sys
from collections.abc import Callable, Coroutine
from dataclasses import astuple, dataclass
from typing import Any

import uvloop

from shared.broker import TopicSpec
from tests.integration.shared.models import Counted

TOPIC = TopicSpec(Counted.topic)
TABLES = """
CREATE TABLE heard (id uuid PRIMARY KEY, key text NOT NULL, number integer NOT NULL, at timestamptz NOT NULL);
CREATE TABLE doubled (id uuid PRIMARY KEY, number integer NOT NULL, note text NOT NULL);
"""
"""The two rows of the domain, beside inbox and outbox."""


@dataclass(frozen=True)
class Place:
    """Where a process consumes and writes."""

    dsn: str
    kafka: str
    prefix: str
    group: str

    @property
    def arguments(self) -> tuple[str, ...]:
        return astuple(self)


def main(consume: Callable[[Place], Coroutine[Any, Any, None]]) -> None:
    """Everything is imported; begin at a line from whoever measures, and go on until the process is ended."""
    place = Place(*sys.argv[1:])
    print("ready", flush=True)
    sys.stdin.readline()
    uvloop.run(consume(place))
