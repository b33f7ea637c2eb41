"""One person's way through the services, as far as it is known here."""

import time
from dataclasses import dataclass, field
from typing import Any

from contracts.vocabulary import NO_CASE_CALL_TYPES
from deploy.demo.evidence import Taken
from deploy.demo.expectations import Seen
from deploy.demo.script import Scene

Json = dict[str, Any]
SEARCHED = {"ReferralOffered", "PlacementWaitlisted", "PlacementNeedsPerson"}
"""Each is what one search came to."""


@dataclass
class Way:
    """`seconds`: from sending to the last thing that people did. `told`: the lines of the timeline that were shown."""

    scene: Scene
    body: Json
    key: str
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    answer: Json = field(default_factory=dict)
    case: Json = field(default_factory=dict)
    placement: Json | None = None
    cases: int = 0
    doubts: set[str] = field(default_factory=set)
    told: list[Json] = field(default_factory=list)

    @property
    def source_id(self) -> str:
        return str(self.answer["call_id" if self.scene.source.line else "report_id"])

    @property
    def opens_case(self) -> bool:
        return self.scene.source.call_type not in NO_CASE_CALL_TYPES

    @property
    def taken(self) -> Taken:
        service = "hotline" if self.scene.source.line else "reports"
        reporter = self.body["reporter"]
        return Taken(service, self.source_id, self.opens_case, reporter["name"], reporter["phone"])

    @property
    def live_offer(self) -> Json | None:
        offers = self.placement["offers"] if self.placement else []
        return next((offer for offer in offers if offer["state"] == "offered"), None)

    @property
    def open_stay(self) -> Json | None:
        stays = self.placement["stays"] if self.placement else []
        return next((stay for stay in stays if stay["state"] != "ended"), None)

    @property
    def seen(self) -> Seen:
        return Seen(self.cases, self.case, self.placement, self.doubts)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def happened(self, what: str) -> int:
        """How often the timeline says so."""
        return sum(line["what"] == what for line in self.told)

    def searches_until(self, line: Json) -> int:
        """How many searches the timeline tells of, up to this line of it."""
        lines = self.told[: self.told.index(line) + 1]
        return sum(line["what"] in SEARCHED for line in lines)

    def news(self) -> list[Json]:
        """Lines of the timeline that have not been told."""
        fresh = [line for line in self.case["history"] if line not in self.told]
        self.told.extend(fresh)
        if any(line["what"] != "CaseEscalated" for line in fresh):
            self.seconds = self.elapsed
        return fresh
