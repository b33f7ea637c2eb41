"""What a run left behind: every table, every record, every log line, and the answers that its callers hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.vocabulary import NO_CASE_CALL_TYPES

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

TAKEN = "taken.json"
LETTERS = ".dlq"
CONTEXT = {"ce_id", "ce_type", "ce_sequence", "ce_time"}
"""Headers of every event."""


@dataclass(frozen=True)
class Record:
    """A record of a topic, as it was read."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: Mapping[str, str]
    value: str

    @property
    def event_id(self) -> str:
        return self.headers["ce_id"]

    @property
    def type(self) -> str:
        """`CaseOpened` of `punte.triage.CaseOpened.v1`."""
        return self.headers["ce_type"].split(".")[-2]


@dataclass(frozen=True)
class Taken:
    """A report or call that was answered with 201, and who spoke: `name` and `phone` are unique in the
    world, or empty."""

    service: str
    source_id: str
    opens_case: bool
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Evidence:
    """`at`: everything is judged as of this instant, a little before the rest was read. Records are in the order of
    their topic, partition and offset."""

    at: datetime
    databases: Mapping[str, Tables]
    records: Sequence[Record]
    logs: Mapping[str, str]
    taken: Sequence[Taken]

    @property
    def deliveries(self) -> list[Record]:
        """Events, every time that they were sent: no dead letters, and nothing that no service of ours wrote."""
        return [
            record for record in self.records if not record.topic.endswith(LETTERS) and record.headers.keys() >= CONTEXT
        ]

    @property
    def events(self) -> list[Record]:
        """At least once means that a record may come again: its first place counts."""
        seen: dict[str, Record] = {}
        for record in self.deliveries:
            seen.setdefault(record.event_id, record)
        return list(seen.values())

    @property
    def letters(self) -> list[Record]:
        """Dead letters that were neither replayed nor deleted since: a tombstone has no headers."""
        last = {(record.topic, record.key): record for record in self.records if record.topic.endswith(LETTERS)}
        return [record for record in last.values() if record.headers]

    def rows(self, database: str, table: str) -> Sequence[Row]:
        return self.databases[database][table]

    def with_others(self) -> "Evidence":
        """Beside what the script took, what others reported since: their answers are not known, only their rows, and
        their names are not unique."""
        known = {taken.source_id for taken in self.taken}
        rows = [*self._sources("reports", "report", "report_id"), *self._sources("hotline", "call", "call_id")]
        return replace(self, taken=[*self.taken, *(taken for taken in rows if taken.source_id not in known)])

    def _sources(self, service: str, table: str, key: str) -> Iterator[Taken]:
        for row in self.rows(service, table):
            yield Taken(service, str(row[key]), row.get("call_type") not in NO_CASE_CALL_TYPES)


def remember(state: Path, taken: Sequence[Taken]) -> None:
    """Keep what the callers hold beside the stack, for who judges it later."""
    (state / TAKEN).write_text(json.dumps([asdict(one) for one in taken]), "utf-8")


def recall(state: Path) -> list[Taken]:
    """What `remember` kept."""
    return [Taken(**one) for one in json.loads((state / TAKEN).read_text("utf-8"))]
