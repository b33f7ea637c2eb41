"""Promise 5. Every clock that ran out had exactly one effect, and at most five seconds late."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.evidence import Evidence
from deploy.demo.promises.verdict import Figure, Verdict

LATE = timedelta(seconds=5)


@dataclass(frozen=True)
class DueClock:
    """`fired`: when it was acted upon; `stopped`: when what was waited for happened instead; `effects`: how many events
    say that it ran out."""

    name: str
    due: datetime
    fired: datetime | None
    stopped: datetime | None
    effects: int

    def breach(self, at: datetime) -> str | None:
        ended = self.fired or self.stopped or at
        if self.fired and self.fired < self.due:
            return "înainte de termen / before its time"
        if ended - self.due > LATE:
            return f"{(ended - self.due).total_seconds():.1f} s întârziere / late"
        if self.effects != (self.fired is not None):
            return f"{self.effects} efecte / effects"
        return None


def check(evidence: Evidence) -> Verdict:
    clocks = [*offer_clocks(evidence), *arrivals(evidence), *case_clocks(evidence), *silences(evidence)]
    breaches = ((clock, clock.breach(evidence.at)) for clock in clocks)
    broken = [f"{clock.name}: {breach}" for clock, breach in breaches if breach]
    fired = [clock for clock in clocks if clock.fired]
    return Verdict(
        "Niciun termen nu trece neobservat.",
        "No deadline passes unnoticed.",
        [
            Figure(len(clocks), "termene", "deadlines"),
            Figure(len(fired), "împlinite", "run out"),
            Figure(sum(clock.effects for clock in clocks), "efecte", "effects"),
            Figure(round(worst(fired), 2), "s cel mult întârziere", "s late at most"),
            Figure(sum(clock.stopped is not None for clock in clocks), "oprite la timp", "stopped in time"),
            Figure(sum(not (clock.fired or clock.stopped) for clock in clocks), "curg încă", "still running"),
        ],
        broken,
    )


def worst(fired: Iterable[DueClock]) -> float:
    return max(((clock.fired - clock.due).total_seconds() for clock in fired if clock.fired), default=0.0)


def offer_clocks(evidence: Evidence) -> Iterator[DueClock]:
    """An answer or a withdrawal stops the clock of an offer."""
    effects = Counter(event["offer"]["offer_id"] for event in published(evidence, "ReferralExpired"))
    for offer in evidence.rows("capacity", "offer"):
        ended = by_then(offer["ended_at"], evidence.at)
        expired = offer["state"] == "expired"
        yield DueClock(
            f"ofertă / offer {offer['id']}",
            offer["expires_at"],
            fired=ended if expired else None,
            stopped=None if expired else ended,
            effects=effects[str(offer["id"])],
        )


def arrivals(evidence: Evidence) -> Iterator[DueClock]:
    """Of every reservation: an arrival, or an end without one, stops its clock."""
    late = (event["placement"] for event in published(evidence, "PlacementNeedsPerson"))
    effects = Counter(placement["stay"]["stay_id"] for placement in late if placement["state"] == "reserved")
    for stay in evidence.rows("capacity", "stay"):
        if stay["arrival_due"]:
            yield DueClock(
                f"sosire / arrival {stay['id']}",
                stay["arrival_due"],
                fired=by_then(stay["overdue_at"], evidence.at),
                stopped=by_then(stay["admitted_at"] or stay["ended_at"], evidence.at),
                effects=effects[str(stay["id"])],
            )


def case_clocks(evidence: Evidence) -> Iterator[DueClock]:
    effects = Counter((event["case"]["case_id"], event["clock"]) for event in published(evidence, "CaseEscalated"))
    for clock in evidence.rows("triage", "case_clock"):
        yield DueClock(
            f"caz / case {clock['case_id']} {clock['clock']}",
            clock["due_at"],
            fired=by_then(clock["fired_at"], evidence.at),
            stopped=by_then(clock["stopped_at"], evidence.at),
            effects=effects[str(clock["case_id"]), clock["clock"]],
        )


def silences(evidence: Evidence) -> Iterator[DueClock]:
    """When a center that stayed silent may be asked again; acting upon it clears the clock."""
    for placement in evidence.rows("capacity", "placement"):
        if due := placement["search_again_at"]:
            yield DueClock(f"căutare / search {placement['case_id']}", due, fired=None, stopped=None, effects=0)


def by_then(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment and moment <= at else None


def published(evidence: Evidence, kind: str) -> Iterator[Any]:
    """The data of the events of one type until then, each once."""
    for event in evidence.events:
        if event.type == kind and datetime.fromisoformat(event.headers["ce_time"]) <= evidence.at:
            yield json.loads(event.value)
