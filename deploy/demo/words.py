"""What happens to a case, in the words of both languages."""

from collections.abc import Sequence
from typing import Any

from contracts.protocol import PROTOCOL
from contracts.protocol.data import Label
from contracts.situation import Person, Situation

Json = dict[str, Any]

HAPPENED = {
    "CaseOpened": ("caz deschis", "case opened"),
    "CaseTriaged": ("urgența și serviciile sunt hotărâte", "urgency and services are decided"),
    "PlacementRequested": ("se caută loc", "a place is sought"),
    "PlacementCancelled": ("nu se mai caută loc", "no place is sought any longer"),
    "CaseEscalated": ("termen împlinit", "clock ran out"),
    "CaseClosed": ("caz închis", "case closed"),
    "ReferralOffered": ("oferit", "offered"),
    "ReferralAccepted": ("acceptat", "accepted"),
    "ReferralDeclined": ("refuzat", "declined"),
    "ReferralExpired": ("fără răspuns la timp", "no answer in time"),
    "ReferralWithdrawn": ("oferta este retrasă", "the offer is withdrawn"),
    "PlacementWaitlisted": ("așteaptă loc", "waits for a place"),
    "PlacementNeedsPerson": ("este nevoie de un om", "a person is asked"),
    "PersonAdmitted": ("a sosit", "has arrived"),
    "PersonNotArrived": ("nu a sosit", "did not arrive"),
    "PersonDischarged": ("a plecat", "has left"),
}
STATES = {
    "open": ("deschis", "open"),
    "awaiting-decision": ("așteaptă un om", "awaits a person"),
    "placing": ("loc în curs", "being placed"),
    "waiting": ("așteaptă loc", "waits for a place"),
    "needs-person": ("caută un om", "needs a person"),
    "placed": ("în serviciu", "placed"),
    "closed": ("închis", "closed"),
}
IN_SHORT = {
    "CaseOpened": "caz / case",
    "ReferralOffered": "oferit / offered",
    "ReferralAccepted": "acceptat / accepted",
    "ReferralDeclined": "refuzat / declined",
    "ReferralExpired": "expirat / expired",
    "PlacementWaitlisted": "așteaptă / waits",
    "PlacementNeedsPerson": "un om / a person",
    "PersonAdmitted": "sosit / arrived",
    "PersonNotArrived": "nesosit / not arrived",
    "PersonDischarged": "plecat / left",
    "CaseClosed": "închis / closed",
}
SHOWN = {
    "position": ("al câtelea la rând", "place in the line"),
    "why": ("de ce", "why"),
    "may": ("un om poate", "a person may"),
    "external": ("de telefonat", "to telephone"),
    "reason": ("motivul", "reason"),
    "clock": ("termenul", "clock"),
    "outcome": ("rezultatul", "outcome"),
}
"""Details of a timeline entry that are shown; their values are codes, the same in both languages."""
NOBODY = ("despre nimeni anume", "about nobody in particular")
CONFIDENTIAL = "serviciu confidențial / confidential service"


def who(situation: Situation | None) -> Label:
    people = [age_and_sex(person) for person in situation.people] if situation else []
    ro, en = NOBODY if not people else (" + ".join(one.ro for one in people), " + ".join(one.en for one in people))
    return Label(ro=ro, en=en)


def age_and_sex(person: Person) -> Label:
    known = [age for age in (person.age, person.age_min, person.age_max) if age is not None]
    span, oldest = "–".join(str(age) for age in dict.fromkeys(known)), max(known, default=0)
    sex = f" {person.sex}" if person.sex else ""
    return Label(
        ro=f"{span or '?'} {years_ro(oldest)}{sex}", en=f"{span or '?'} {'year' if oldest == 1 else 'years'}{sex}"
    )


def years_ro(number: int) -> str:
    if number == 1:
        return "an"
    return "ani" if number % 100 in range(1, 20) or number == 0 else "de ani"


def where(situation: Situation | None) -> str:
    place = situation.location if situation else None
    parts = [f"Sector {place.sector}" if place.sector else "", place.address or ""] if place else []
    return ", ".join(part for part in parts if part) or "—"


def need(situation: Situation | None) -> Label:
    known = PROTOCOL.labels.needs
    return known.get((situation and situation.need) or "", Label(ro="nevoie necunoscută", en="need not known"))


def entry(line: Json) -> Label:
    """One line of a case's timeline: what happened, at which service, by whom."""
    ro, en = HAPPENED.get(line["what"], (line["what"], line["what"]))
    by = f" · {line['who']['name']}" if line["who"] and line["who"]["name"] else ""
    return Label(ro=f"{ro}{service(line)}{by}", en=en)


def service(line: Json) -> str:
    """Its name is said once, with the offer. Of a confidential service only the code is known."""
    details = line["details"] or {}
    if "service_id" not in details:
        return ""
    named = details.get("row") or f"{details.get('code', '')} ({CONFIDENTIAL})"
    return f" {named} {details.get('service', '')}".rstrip() if line["what"] == "ReferralOffered" else f" {named}"


def details(line: Json) -> list[Label]:
    known = line["details"] or {}
    return [Label(ro=f"{ro}: {known[name]}", en=en) for name, (ro, en) in SHOWN.items() if name in known]


def in_short(told: Sequence[Json]) -> str:
    """The whole way on one line: what happened at which service."""
    steps = [
        (line["what"], (line["details"] or {}).get("row", "") if line["what"] == "ReferralOffered" else "")
        for line in told
        if line["what"] in IN_SHORT
    ]
    return " → ".join(f"{IN_SHORT[what]} {row}".strip() for what, row in steps)


def state(case: Json) -> str:
    """Where the case stands, and its outcome."""
    if not case:
        return "niciun caz / no case"
    named = " / ".join(STATES[case["state"]])
    return f"{named} ({case['outcome']})" if case["outcome"] else named
