"""Promise 1. What was answered with 201 is one source row and one case in a known state; every event of it was sent."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from contracts.vocabulary import CaseState
from deploy.demo.evidence import LETTERS, Evidence, Record
from deploy.demo.promises.verdict import Figure, Verdict

KNOWN_STATES = {str(state) for state in CaseState}
SOURCES = {"reports": ("report", "report_id"), "hotline": ("call", "call_id")}


def check(evidence: Evidence) -> Verdict:
    events = evidence.events
    return Verdict(
        "Nimic nu se pierde.",
        "Nothing is lost.",
        [
            Figure(len(evidence.taken), "răspunsuri 201", "answers 201"),
            Figure(sum(1 for _ in source_ids(evidence)), "rânduri sursă", "source rows"),
            Figure(len(evidence.rows("triage", "case_file")), "cazuri", "cases"),
            Figure(len(events), "evenimente", "events"),
            Figure(len(evidence.deliveries) - len(events), "repetate", "repeated"),
            Figure(sum(1 for _ in unsent(evidence)), "nepublicate", "unpublished"),
            Figure(sum(1 for _ in dead_letters(evidence)), "scrisori moarte", "dead letters"),
        ],
        [
            *wrong_sources(evidence),
            *wrong_cases(evidence),
            *(f"eveniment nepublicat / unpublished event {event}" for event in unsent(evidence)),
            *never_arrived(evidence),
            *gaps(events),
            *(f"scrisoare moartă / dead letter {letter}" for letter in dead_letters(evidence)),
        ],
    )


def source_ids(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for service, (table, column) in SOURCES.items():
        yield from ((service, str(row[column])) for row in evidence.rows(service, table))


def wrong_sources(evidence: Evidence) -> Iterator[str]:
    answered = {(taken.service, taken.source_id) for taken in evidence.taken}
    stored = set(source_ids(evidence))
    for service, source_id in sorted(answered - stored):
        yield f"201 fără rând / 201 without a row: {service} {source_id}"
    for service, source_id in sorted(stored - answered):
        yield f"rând fără 201 / row without a 201: {service} {source_id}"


def wrong_cases(evidence: Evidence) -> Iterator[str]:
    cases = Counter(str(row["source_id"]) for row in evidence.rows("triage", "source"))
    for taken in evidence.taken:
        if cases[taken.source_id] != taken.opens_case:
            yield f"{cases[taken.source_id]} cazuri / cases: {taken.service} {taken.source_id}"
    sourced = {row["case_id"] for row in evidence.rows("triage", "source")}
    for case in evidence.rows("triage", "case_file"):
        if case["id"] not in sourced:
            yield f"caz fără sursă / case without a source: {case['id']}"
        if case["state"] not in KNOWN_STATES:
            yield f"stare necunoscută / unknown state {case['state']!r}: {case['id']}"


def unsent(evidence: Evidence) -> Iterator[str]:
    for database in evidence.databases:
        for row in evidence.rows(database, "outbox"):
            if row["published_at"] is None and row["created_at"] <= evidence.at:
                yield f"{database} {row['event_id']}"


def never_arrived(evidence: Evidence) -> Iterator[str]:
    """Dead letters apart: they bear the ids of their messages."""
    arrived = {(record.topic, record.event_id) for record in evidence.deliveries}
    for database in evidence.databases:
        for row in evidence.rows(database, "outbox"):
            sent = row["created_at"] <= evidence.at and not row["topic"].endswith(LETTERS)
            if sent and (row["topic"], str(row["event_id"])) not in arrived:
                yield f"lipsește din topic / missing from {row['topic']}: {row['event_id']}"


def gaps(events: Iterable[Record]) -> Iterator[str]:
    """Per topic and key the sequences are 1, 2, 3 … in order of first occurrence."""
    sequences: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        sequences[event.topic, event.key].append(int(event.headers["ce_sequence"]))
    for (topic, key), found in sequences.items():
        if found != list(range(1, len(found) + 1)):
            yield f"șir întrerupt / broken sequence {topic} {key}: {found}"


def dead_letters(evidence: Evidence) -> Iterator[str]:
    for database in evidence.databases:
        yield from (row["id"] for row in evidence.rows(database, "inbox") if row["state"] == "dead")
    yield from (f"{letter.topic}/{letter.offset}" for letter in evidence.letters)
