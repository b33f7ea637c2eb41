"""Promise 3. Every urgency, every offer, and every service asked for and not offered has stored reasons."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.demo.evidence import Evidence, Row
from deploy.demo.promises.verdict import Figure, Verdict

Explained = Mapping[str, Any]


def check(evidence: Evidence) -> Verdict:
    cases = evidence.rows("triage", "case_file")
    offers = evidence.rows("capacity", "offer")
    searches = evidence.rows("capacity", "search")
    return Verdict(
        "Omul hotărăște, programul explică.",
        "A person decides, the program explains.",
        [
            Figure(len(cases), "urgențe", "urgencies"),
            Figure(sum(len(case["reasons"]) for case in cases), "motive ale urgenței", "reasons of urgency"),
            Figure(len(offers), "oferte", "offers"),
            Figure(len(searches), "căutări", "searches"),
            Figure(sum(len(not_offered(search)) for search in searches), "cerute și neoferite", "asked, not offered"),
        ],
        [
            *(f"urgență fără motiv / urgency without a reason: {c['id']}" for c in cases if not c["reasons"]),
            *unexplained_offers(evidence),
            *(breach for search in searches for breach in unexplained_services(search, evidence)),
        ],
    )


def services(search: Row) -> list[Explained]:
    explained: list[Explained] = search["explanation"]["services"]
    return explained


def not_offered(search: Row) -> list[Explained]:
    return [service for service in services(search) if service["verdict"] != "chosen"]


def unexplained_offers(evidence: Evidence) -> Iterator[str]:
    searches = {(row["case_id"], row["round"]): row for row in evidence.rows("capacity", "search")}
    for offer in evidence.rows("capacity", "offer"):
        search = searches.get((offer["case_id"], offer["round"]))
        chosen = [s for s in services(search) if s["verdict"] == "chosen"] if search else []
        if [s["service_id"] for s in chosen] != [str(offer["service_id"])] or not chosen[0]["checks"]:
            yield f"ofertă fără motiv / offer without a reason: {offer['id']}"


def unexplained_services(search: Row, evidence: Evidence) -> Iterator[str]:
    """Every service of a code or row that was asked for is named, and each that was not offered has its reason."""
    asked = search["explanation"]["asked"]
    expected = {s["row"] for s in evidence.rows("capacity", "service") if s["code"] in asked or s["row"] in asked}
    explained = {s["row"] for s in services(search)}
    silent = {s["row"] for s in not_offered(search) if not has_reason(s)}
    for row in sorted((expected - explained) | silent):
        yield f"{row} cerut și neexplicat / asked and not explained: {search['case_id']}, {search['round']}"


def has_reason(service: Explained) -> bool:
    """A failed check, or a better one: `available` services are ranked behind the chosen one."""
    return bool(service["rank"]) or any(not check["ok"] for check in service["checks"])
