"""What happens to a case: each fact becomes one published event, of the same name in contracts."""

from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import Clock
from services.triage.domain.values import Actor, Request


@dataclass(frozen=True, slots=True)
class CaseOpened:
    pass


@dataclass(frozen=True, slots=True)
class CaseTriaged:
    by: Actor | None


@dataclass(frozen=True, slots=True)
class PlacementRequested:
    request: Request
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class PlacementCancelled:
    pass


@dataclass(frozen=True, slots=True)
class CaseEscalated:
    clock: Clock
    due: datetime
    late_seconds: float


@dataclass(frozen=True, slots=True)
class CaseStatusChanged:
    because: str


@dataclass(frozen=True, slots=True)
class CaseClosed:
    by: Actor | None


Fact = (
    CaseOpened | CaseTriaged | PlacementRequested | PlacementCancelled | CaseEscalated | CaseStatusChanged | CaseClosed
)
