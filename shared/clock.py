"""The time of a service, and how far away its deadlines are."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Clock:
    """Wall clock in UTC. `scale` > 1 brings deadlines nearer (demonstrations, tests); it never changes `now`."""

    scale: float = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def due(self, at: datetime, now: datetime) -> datetime:
        """A deadline computed on the real calendar, its distance from `now` divided by the scale."""
        return now + (at - now) / self.scale
