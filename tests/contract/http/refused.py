"""Requests that no honest client sends, and the status that each is answered with."""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from tests.contract.http.matters import BODIES

JSON = {"content-type": "application/json"}
REPORT = ("reports", "POST", "/api/reports")
CALL = ("hotline", "POST", "/api/calls")
DECISION = ("triage", "POST", "/api/cases/{case_id}/decision")
CLOSE = ("triage", "POST", "/api/cases/{case_id}/close")
OCCUPANCY = ("capacity", "PUT", "/api/units/{unit_id}/occupancy")
DECLINE = ("capacity", "POST", "/api/offers/{offer_id}/decline")
DISCHARGE = ("capacity", "POST", "/api/stays/{stay_id}/discharge")
ACCEPTING = ("capacity", "PUT", "/api/services/{service_id}/accepting")
OUT_OF_SERVICE = ("capacity", "POST", "/api/places/{place_id}/out-of-service")
BY_HAND = ("capacity", "POST", "/api/placements/{case_id}/offers")
ROUTES = (REPORT, CALL, DECISION, CLOSE, OCCUPANCY, DECLINE, DISCHARGE, ACCEPTING, OUT_OF_SERVICE, BY_HAND)

Route = tuple[str, str, str]


@dataclass(frozen=True)
class Request:
    what: str
    route: Route
    status: int
    content: bytes = b""
    headers: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.what} {' '.join(self.route[:2])} {self.route[2][:60]}"


def changed(route: Route, **fields: Any) -> bytes:
    """The route's usual body, but for these fields."""
    return json.dumps(BODIES[route[2]] | fields).encode()


def everywhere(what: str, status: int, content: bytes, headers: dict[str, Any] | None = None) -> list[Request]:
    return [Request(what, route, status, content, JSON | (headers or {})) for route in ROUTES]


def body(what: str, route: Route, **fields: Any) -> Request:
    return Request(what, route, 422, changed(route, **fields), JSON)


def get(service: str, path: str, status: int = 422) -> Request:
    return Request("asks", (service, "GET", path), status)


BODIES_REFUSED = [
    *everywhere("nothing", 422, b""),
    *everywhere("null", 422, b"null"),
    *everywhere("half-a-body", 422, b'{"note": "'),
    *everywhere("latin-1", 400, b'{"note": "Ion\xe3"}'),
    *everywhere("gzip", 400, gzip.compress(b"{}", mtime=0), {"content-encoding": "gzip"}),
    *everywhere("deep-json", 400, b'{"note":' * 50_000),
    *everywhere("a-number-of-5000-digits", 400, b'{"occupied": ' + b"9" * 5_000 + b"}"),
    *everywhere("a-huge-body", 413, b'{"note": "' + b"a" * 600_000 + b'"}'),
    *everywhere("a-nul-in-a-name", 422, b'{"a\\u0000b": 1}'),
    *everywhere("half-a-character-in-a-name", 422, b'{"\\ud800": 1}'),
    *[Request("a-form", route, 422, changed(route), {"content-type": "text/plain"}) for route in ROUTES],
    *[Request("a-long-key", route, 422, changed(route), JSON | {"idempotency-key": "k" * 256}) for route in ROUTES[:4]],
    body("a-flag-as-text", REPORT, reporter={"anonymous": "true"}),
    body("a-flag-as-a-number", CALL, reporter={"anonymous": 1}),
    body("a-flag-as-text", DECISION, evaluation_done="true"),
    body("a-number-as-text", REPORT, situation={"location": {"latitude": "44.4"}}),
    body("a-number-as-text", CALL, situation={"location": {"longitude": "26.1"}}),
    *[body("no-number", OCCUPANCY, occupied=occupied) for occupied in ("3", True, 1.5, -1, 10**20, float("inf"), None)],
    *[body("no-text", DECLINE, note=note) for note in ("a\0b", "\ud800", "a" * 2_001, 7, ["a"])],
    *[body("no-text", DECISION, note=note) for note in ("a\0b", "\ud800", "a" * 2_001, 7, ["a"])],
    body("no-reason", BY_HAND, note=" "),
    body("no-reason", OUT_OF_SERVICE, reason="rain"),
    body("a-day-without-a-zone", OUT_OF_SERVICE, until="2026-12-01T08:00:00"),
    body("a-flag-as-text", ACCEPTING, accepts_referrals="true"),
    body("many-codes", DECISION, service_codes=["8790 CR-PFA-II"] * 21),
    body("no-code", DECISION, service_codes=["8790 CR-PFA-II\n"]),
    body("an-act-of-no-time", DECISION, legal_act={"kind": "court-ordinance", "date": 1_700_000_000}),
    body("an-act-with-a-nul", DECISION, legal_act={"kind": "court-ordinance", "number": "a\0"}),
    body("more-than-is-asked", CLOSE, decided_by={"subject": "chief"}),
    body("more-than-is-asked", DISCHARGE, by="chief"),
]

LARGE = "9" * 400
QUESTIONS_REFUSED = [
    *[get("triage", f"/api/cases?limit={limit}") for limit in ("0", "201", "-1", "1.5", "x", LARGE, "")],
    *[get("capacity", f"/api/services?limit={limit}") for limit in ("0", "201", "1.5", "x", LARGE)],
    *[get("triage", f"/api/cases?q={words}") for words in ("a" * 101, "a%00b")],
    *[get("triage", f"/api/cases?{asked}") for asked in ("state=gone", "urgency=u1", "urgency=U9", "source_id=7")],
    *[get("triage", f"/api/cases?cursor={cursor}", 400) for cursor in ("x", "", "%00", "%ff", "a" * 50_000, "W10=")],
    *[get("capacity", f"/api/services?cursor={cursor}", 400) for cursor in ("x", "", "%00", "%ff", "a" * 50_000)],
    *[get("capacity", f"/api/services/{one}") for one in ("7", "%00", "%ff", "'%20OR%20true--", "a" * 5_000)],
    *[get("triage", f"/api/cases/{one}") for one in ("7", "%00", "%ED%A0%80", "a" * 5_000)],
    get("hotline", "/api/free-places?code=" + "8" * 21),
    get("capacity", "/api/services?code=a%00b"),
    get("triage", "/api/cases/a/b", 404),
    get("triage", "/api/cases/", 404),
    Request("a-stroke-too-many", ("reports", "POST", "/api/reports/"), 404, b'{"channel": "web"}', JSON),
    get("reports", "/api/reports/%2e%2e/%2e%2e/etc/passwd", 404),
    get("reports", "/static-offline-docs/%2e%2e/%2e%2e/setup.py", 404),
]

METHODS_REFUSED = [
    Request("may-not", (service, method, path), 405)
    for service, path in (
        ("reports", "/api/reports"),
        ("hotline", "/api/calls"),
        ("triage", "/api/cases"),
        ("capacity", "/api/services"),
    )
    for method in ("DELETE", "PATCH", "OPTIONS", "TRACE")
]
