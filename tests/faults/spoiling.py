"""What a run left behind, spoiled: each way must be noticed by the check of its name."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import uuid4

from deploy.demo.evidence import Record, Row
from tests.faults.answers import Ledger
from tests.faults.checker import Finding

Spoil = Callable[[Finding], Finding]


def with_rows(finding: Finding, database: str, table: str, rows: Iterable[Row]) -> Finding:
    tables = {**finding.evidence.databases[database], table: list(rows)}
    databases = {**finding.evidence.databases, database: tables}
    return replace(finding, evidence=replace(finding.evidence, databases=databases))


def with_records(finding: Finding, records: Iterable[Record]) -> Finding:
    return replace(finding, evidence=replace(finding.evidence, records=list(records)))


def without_first(finding: Finding, database: str, table: str) -> Finding:
    return with_rows(finding, database, table, finding.evidence.rows(database, table)[1:])


def with_copy(finding: Finding, database: str, table: str, **changed: object) -> Finding:
    rows = finding.evidence.rows(database, table)
    return with_rows(finding, database, table, [*rows, {**rows[0], **changed}])


def with_first(finding: Finding, database: str, table: str, **changed: object) -> Finding:
    first, *others = finding.evidence.rows(database, table)
    return with_rows(finding, database, table, [{**first, **changed}, *others])


def all_unknown_statuses(finding: Finding) -> Finding:
    steps = finding.evidence.rows("reports", "step")
    return with_rows(finding, "reports", "step", ({**step, "status": "help-given-twice"} for step in steps))


def the_last_event_of_a_case_first(finding: Finding) -> Finding:
    records = list(finding.evidence.records)
    key = next(record.key for record in records if record.topic == "triage.case")
    mine = [n for n, record in enumerate(records) if (record.topic, record.key) == ("triage.case", key)]
    records.insert(mine[0], records.pop(mine[-1]))
    return with_records(finding, records)


def without_escalations(finding: Finding) -> Finding:
    return with_records(finding, (record for record in finding.evidence.records if record.type != "CaseEscalated"))


def two_in_one_place(finding: Finding) -> Finding:
    stay = next(row for row in finding.evidence.rows("capacity", "stay") if row["place_id"])
    both = [{**stay, "id": uuid4(), "state": "occupied"} for _ in range(2)]
    return with_rows(finding, "capacity", "stay", both)


def an_internal_error(finding: Finding) -> Finding:
    first, *others = finding.ledger.sent
    return replace(finding, ledger=Ledger([replace(first, answers=[500, *first.answers]), *others]))


def an_unexplained_search(finding: Finding) -> Finding:
    search = finding.evidence.rows("capacity", "search")[0]
    return with_first(finding, "capacity", "search", explanation={**search["explanation"], "services": []})


SPOILED: dict[str, Spoil] = {
    "every 201 has one source row": lambda f: without_first(f, "reports", "report"),
    "nothing exists twice": lambda f: with_copy(f, "hotline", "call", call_id=uuid4()),
    "every source has its case": lambda f: without_first(f, "triage", "source"),
    "every case has a source": lambda f: with_copy(f, "triage", "case_file", id=uuid4()),
    "reporters and operators see where their case stands": all_unknown_statuses,
    "every event was sent and arrived": lambda f: with_records(f, f.evidence.records[1:]),
    "every event was handled by all who listen": lambda f: without_first(f, "triage", "inbox"),
    "first occurrences are in order per key": the_last_event_of_a_case_first,
    "dead letter topics are empty": lambda f: with_first(f, "triage", "inbox", state="dead"),
    "no place has two holders": two_in_one_place,
    "the ledger agrees with the stays": lambda f: with_first(
        f, "capacity", "place", free_since=None, out_of_service=None
    ),
    "the last snapshot is the ledger": lambda f: with_first(f, "hotline", "service", free=-1),
    "no free place has a fitting waiter": lambda f: replace(f, forgotten=1),
    "each due clock fired once": without_escalations,
    "every offer has its reasons": an_unexplained_search,
    "nothing is answered with an internal error": an_internal_error,
}
