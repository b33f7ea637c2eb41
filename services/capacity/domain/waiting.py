"""The waiting list: urgency, then how long."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.vocabulary import Urgency


class Ticket(NamedTuple):
    """Smaller comes first. `since` never changes while the party waits, `size` is how many places it needs there."""

    urgency: Urgency
    since: datetime
    case_id: UUID
    size: int


class WaitingLine:
    """Who waits for places of which units. `changed` are the cases whose waiting is to be saved; `passed_over` counts
    how often others took what was too little for a case."""

    def __init__(self, tickets: Iterable[tuple[UUID, Ticket]] = ()) -> None:
        self.changed: set[UUID] = set()
        self.passed_over: Counter[UUID] = Counter()
        self._lines: dict[UUID, list[Ticket]] = {}  # of each unit, in order
        self._units: dict[UUID, dict[UUID, Ticket]] = {}
        for unit_id, ticket in tickets:
            self._add(unit_id, ticket)

    def join(self, tickets: Mapping[UUID, Ticket]) -> None:
        """With a ticket of the same case for each unit."""
        for unit_id, ticket in tickets.items():
            self.changed.add(ticket.case_id)
            self._add(unit_id, ticket)

    def leave(self, case_id: UUID) -> set[UUID]:
        """The units no longer waited for."""
        tickets = self._units.pop(case_id, {})
        for unit_id, ticket in tickets.items():
            self._lines[unit_id].remove(ticket)
        if tickets:
            self.changed.add(case_id)
        return set(tickets)

    def tickets_of(self, case_id: UUID) -> Mapping[UUID, Ticket]:
        return self._units.get(case_id, {})

    def of(self, unit_id: UUID) -> list[Ticket]:
        """In their order."""
        return list(self._lines.get(unit_id, ()))

    def position(self, case_id: UUID) -> int:
        """Counted from 1 among all who wait for one of the same units."""
        ahead: set[UUID] = set()
        for unit_id, ticket in self.tickets_of(case_id).items():
            line = self._lines[unit_id]
            ahead.update(each.case_id for each in line[: bisect_left(line, ticket)])
        return 1 + len(ahead)

    def _add(self, unit_id: UUID, ticket: Ticket) -> None:
        line = self._lines.setdefault(unit_id, [])
        place = bisect_left(line, ticket)
        if line[place : place + 1] != [ticket]:
            line.insert(place, ticket)
        self._units.setdefault(ticket.case_id, {})[unit_id] = ticket
