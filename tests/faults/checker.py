"""What must be true when all is quiet again, in HTTP answers, databases, outboxes and topics. Each check yields a line
for every breach."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module

from deploy.demo.evidence import LETTERS, Evidence, Row
from deploy.demo.promises import deadlines, nothing_lost, reasons
from deploy.local.env import SERVICES
from services.capacity.store.due import units_with_forgotten_places
from tests.faults.answers import Ledger, Sent
from tests.faults.world import World

SOURCES = {"reports": ("report", "report_id"), "hotline": ("call", "call_id")}


@dataclass(frozen=True)
class Finding:
    """`forgotten`: units with a free place and somebody who waits for it. `shared`: places seen with two holders at any
    look during the run."""

    ledger: Ledger
    evidence: Evidence
    forgotten: int
    shared: frozenset[str]


Check = Callable[[Finding], Iterator[str]]


def judge(finding: Finding) -> dict[str, list[str]]:
    """Breaches by the name of the check."""
    return {name_of(check): list(check(finding)) for check in CHECKS}


def name_of(check: Check) -> str:
    return check.__name__.replace("_", " ")


def every_201_has_one_source_row(finding: Finding) -> Iterator[str]:
    stored = Counter(source_ids(finding))
    for sent in finding.ledger.taken:
        if stored[sent.service, str(sent.source_id)] != 1:
            yield f"{sent.service} {sent.source_id}: {stored[sent.service, str(sent.source_id)]} rows"


def nothing_exists_twice(finding: Finding) -> Iterator[str]:
    """However often it was sent, and whatever the answers were."""
    stored = Counter(markers(finding))
    for sent in finding.ledger.sent:
        if stored[sent.service, sent.marker] > 1:
            yield f"{sent.marker}: {stored[sent.service, sent.marker]} rows after the answers {sent.answers}"
    for service, marker in stored.keys() - {(sent.service, sent.marker) for sent in finding.ledger.sent}:
        yield f"{service}: nobody sent {marker!r}"


def every_source_has_its_case(finding: Finding) -> Iterator[str]:
    """Exactly one, in a state of the diagram; a call that opens none has none."""
    cases = Counter(str(row["source_id"]) for row in finding.evidence.rows("triage", "source"))
    opens = {marker_of(sent): sent.opens_case for sent in finding.ledger.sent}
    for (service, source_id), marker in zip(source_ids(finding), markers(finding), strict=True):
        if cases[source_id] != opens.get(marker, True):
            yield f"{service} {source_id}: {cases[source_id]} cases"
    for case in finding.evidence.rows("triage", "case_file"):
        if case["state"] not in nothing_lost.KNOWN_STATES:
            yield f"case {case['id']}: unknown state {case['state']}"


def every_case_has_a_source(finding: Finding) -> Iterator[str]:
    known = {source_id for _, source_id in source_ids(finding)}
    sources = {str(row["case_id"]): str(row["source_id"]) for row in finding.evidence.rows("triage", "source")}
    for case in finding.evidence.rows("triage", "case_file"):
        if sources.get(str(case["id"])) not in known:
            yield f"case {case['id']} came from nowhere"


def reporters_and_operators_see_where_their_case_stands(finding: Finding) -> Iterator[str]:
    """The last step at the intake is the case's own public status."""
    said = {str(row["id"]): row["public_status"] for row in finding.evidence.rows("triage", "case_file")}
    case_of = {str(row["source_id"]): str(row["case_id"]) for row in finding.evidence.rows("triage", "source")}
    for service, (_, key) in SOURCES.items():
        last = {str(r[key]): r for r in sorted(finding.evidence.rows(service, "step"), key=lambda r: r["sequence"])}
        for source_id, step in last.items():
            if step["status"] != said.get(case_of.get(source_id, "")):
                yield f"{service} {source_id}: shows {step['status']}"
        for source in finding.evidence.rows(service, SOURCES[service][0]):
            if str(source[key]) in case_of and str(source[key]) not in last:
                yield f"{service} {source[key]}: shows nothing of its case"


def every_event_was_sent_and_arrived(finding: Finding) -> Iterator[str]:
    yield from nothing_lost.unsent(finding.evidence)
    yield from nothing_lost.never_arrived(finding.evidence)


def every_event_was_handled_by_all_who_listen(finding: Finding) -> Iterator[str]:
    told = list(told_events(finding.evidence))
    for service in SERVICES:
        heard = import_module(f"services.{service}.consumers").subscriptions
        handled = {row["id"] for row in finding.evidence.rows(service, "inbox") if row["state"] == "handled"}
        for event_id, ce_type in told:
            if heard.model(ce_type) and event_id not in handled:
                yield f"{service}: {ce_type} {event_id}"


def told_events(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Id and type of what was told before the evidence was gathered."""
    for service in SERVICES:
        for row in evidence.rows(service, "outbox"):
            if row["created_at"] <= evidence.at and not row["topic"].endswith(LETTERS):
                yield str(row["event_id"]), dict(row["headers"])["ce_type"]


def first_occurrences_are_in_order_per_key(finding: Finding) -> Iterator[str]:
    yield from nothing_lost.gaps(finding.evidence.events)


def dead_letter_topics_are_empty(finding: Finding) -> Iterator[str]:
    yield from nothing_lost.dead_letters(finding.evidence)


def no_place_has_two_holders(finding: Finding) -> Iterator[str]:
    holders = Counter(row["place_id"] for row in finding.evidence.rows("capacity", "stay") if holds_a_place(row))
    yield from (f"place {place}" for place, number in holders.items() if number > 1)
    yield from (f"place {place}, for a while" for place in finding.shared)


def the_ledger_agrees_with_the_stays(finding: Finding) -> Iterator[str]:
    rows = finding.evidence.rows("capacity", "stay")
    taken = {row["place_id"] for row in rows if row["state"] != "ended"}
    for place in finding.evidence.rows("capacity", "place"):
        if (place["free_since"] is None) != (place["id"] in taken or place["out_of_service"] is not None):
            yield f"place {place['id']}"


def the_last_snapshot_is_the_ledger(finding: Finding) -> Iterator[str]:
    """What the hotline shows of each service is what capacity has."""
    places: Counter[object] = Counter()
    service_of = {unit["id"]: unit["service_id"] for unit in finding.evidence.rows("capacity", "unit")}
    for place in finding.evidence.rows("capacity", "place"):
        places[service_of[place["unit_id"]]] += place["free_since"] is not None
    alias = {row["alias"] or row["id"]: row["id"] for row in finding.evidence.rows("capacity", "service")}
    for shown in finding.evidence.rows("hotline", "service"):
        service_id = alias[shown["service_id"]]
        if shown["free"] != places[service_id]:
            yield f"service {service_id}: shows {shown['free']} free"


def no_free_place_has_a_fitting_waiter(finding: Finding) -> Iterator[str]:
    if finding.forgotten:
        yield f"{finding.forgotten} units"


def each_due_clock_fired_once(finding: Finding) -> Iterator[str]:
    """However late: who had to notice was dead, stopped or cut off for a while."""
    evidence = finding.evidence
    for clock in (
        *deadlines.offer_clocks(evidence),
        *deadlines.arrivals(evidence),
        *deadlines.case_clocks(evidence),
        *deadlines.silences(evidence),
    ):
        if clock.effects != (clock.fired is not None):
            yield f"{clock.name}: {clock.effects} effects"
        elif not (clock.fired or clock.stopped) and clock.due < evidence.at - timedelta(seconds=5):
            yield f"{clock.name}: due {clock.due}, unnoticed"


def every_offer_has_its_reasons(finding: Finding) -> Iterator[str]:
    yield from reasons.check(finding.evidence).broken


def nothing_is_answered_with_an_internal_error(finding: Finding) -> Iterator[str]:
    """Trouble of the servers is 503, or no answer at all."""
    for sent in finding.ledger.sent:
        if 500 in sent.answers:
            yield f"{sent.service} {sent.marker}: {sent.answers}"


CHECKS: tuple[Check, ...] = (
    every_201_has_one_source_row,
    nothing_exists_twice,
    every_source_has_its_case,
    every_case_has_a_source,
    reporters_and_operators_see_where_their_case_stands,
    every_event_was_sent_and_arrived,
    every_event_was_handled_by_all_who_listen,
    first_occurrences_are_in_order_per_key,
    dead_letter_topics_are_empty,
    no_place_has_two_holders,
    the_ledger_agrees_with_the_stays,
    the_last_snapshot_is_the_ledger,
    no_free_place_has_a_fitting_waiter,
    each_due_clock_fired_once,
    every_offer_has_its_reasons,
    nothing_is_answered_with_an_internal_error,
)


def source_ids(finding: Finding) -> Iterator[tuple[str, str]]:
    for service, (table, key) in SOURCES.items():
        yield from ((service, str(row[key])) for row in finding.evidence.rows(service, table))


def markers(finding: Finding) -> Iterator[tuple[str, str]]:
    """In the order of `source_ids`."""
    for service, (table, _) in SOURCES.items():
        yield from ((service, row["situation"]["narrative"]) for row in finding.evidence.rows(service, table))


def marker_of(sent: Sent) -> tuple[str, str]:
    return sent.service, sent.marker


def holds_a_place(stay: Row) -> bool:
    return stay["state"] != "ended" and stay["place_id"] is not None


async def forgotten_units(world: World) -> int:
    connection = await world.connect("capacity")
    found = await units_with_forgotten_places(connection, datetime.now(UTC))
    await connection.close()
    return len(found)
