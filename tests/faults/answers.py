"""What the callers hold: every report and call that was sent, and every answer to it."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Sent:
    """`marker` is its narrative, unique in the world. `answers`: status codes, 0 where none came."""

    service: str
    marker: str
    opens_case: bool
    answers: list[int] = field(default_factory=list)
    source_id: UUID | None = None
    """Of the 201."""


@dataclass
class Ledger:
    sent: list[Sent] = field(default_factory=list)

    def send(self, service: str, marker: str, *, opens_case: bool) -> Sent:
        self.sent.append(sent := Sent(service, marker, opens_case))
        return sent

    @property
    def taken(self) -> list[Sent]:
        """Answered with 201."""
        return [sent for sent in self.sent if sent.source_id]

    @property
    def failed(self) -> int:
        """How many answers were errors, or did not come."""
        return sum(answer != 201 for sent in self.sent for answer in sent.answers)
