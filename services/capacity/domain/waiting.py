"""The waiting list: urgency, then how long."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.vocabulary import Urgency


class Ticket(NamedTuple):
    """Smaller comes first. `since` never changes while the person waits."""

    urgency: Urgency
    since: datetime
    case_id: UUID


class WaitingLine:
    """Who waits for a place of which units. `changed` are the cases whose waiting is to be saved."""

    def __init__(self, tickets: Iterable[tuple[UUID, Ticket]] = ()) -> None:
        self.changed: set[UUID] = set()
        self._lines: dict[UUID, list[Ticket]] = {}  # of each unit, in order
        self._units: dict[UUID, set[UUID]] = {}
        for unit_id, ticket in tickets:
            self._add(unit_id, ticket)

    def join(self, ticket: Ticket, unit_ids: Iterable[UUID]) -> None:
        self.changed.add(ticket.case_id)
        for unit_id in unit_ids:
            self._add(unit_id, ticket)

    def leave(self, case_id: UUID) -> set[UUID]:
        """The units no longer waited for."""
        units = self._units.pop(case_id, set())
        for unit_id in units:
            self._lines[unit_id] = [ticket for ticket in self._lines[unit_id] if ticket.case_id != case_id]
        if units:
            self.changed.add(case_id)
        return units

    def units_of(self, case_id: UUID) -> set[UUID]:
        return self._units.get(case_id, set())

    def of(self, unit_id: UUID) -> list[UUID]:
        """The cases that wait for a unit, in their order."""
        return [ticket.case_id for ticket in self._lines.get(unit_id, ())]

    def position(self, ticket: Ticket) -> int:
        """Counted from 1 among all who wait for one of the same units."""
        lines = [self._lines[unit_id] for unit_id in self.units_of(ticket.case_id)]
        return 1 + len(set[Ticket]().union(*(line[: bisect_left(line, ticket)] for line in lines)))

    def _add(self, unit_id: UUID, ticket: Ticket) -> None:
        line = self._lines.setdefault(unit_id, [])
        place = bisect_left(line, ticket)
        if line[place : place + 1] != [ticket]:
            line.insert(place, ticket)
        self._units.setdefault(ticket.case_id, set()).add(unit_id)
