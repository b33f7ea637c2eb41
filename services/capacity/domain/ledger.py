"""Which places are free, longest free first, as far as the work in hand may need to know."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import OutOfService


@dataclass(slots=True)
class Place:
    """`free_since` is None while the place is taken or out of service; a taken one may be out of service from when it
    is left. `out_until`: it comes back by itself then."""

    id: UUID
    unit_id: UUID
    number: int
    free_since: datetime | None
    out_of_service: OutOfService | None = None
    out_until: datetime | None = None
    taken: bool = False

    @property
    def is_free(self) -> bool:
        return self.free_since is not None

    def seniority(self) -> tuple[datetime, int]:
        """How long it has been free; ties break by number."""
        assert self.free_since is not None
        return self.free_since, self.number


class Ledger:
    """Places come and go here only."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.id: place for place in places}
        self._changed: set[UUID] = set()
        self._free: dict[UUID, list[Place]] = {}
        for place in sorted((p for p in self.places.values() if p.is_free), key=Place.seniority):
            self._free.setdefault(place.unit_id, []).append(place)

    def free(self, unit_id: UUID) -> list[Place]:
        """Longest free first."""
        return self._free.get(unit_id, [])

    def changed(self) -> list[Place]:
        return [self.places[place_id] for place_id in sorted(self._changed)]

    def longest_free(self, unit_ids: Iterable[UUID], count: int) -> tuple[Place, ...]:
        """So many places of one unit: of those that have enough, the one whose first has been free longest."""
        enough = [free for unit_id in unit_ids if len(free := self.free(unit_id)) >= count]
        return tuple(min(enough, key=lambda free: free[0].seniority())[:count]) if enough else ()

    def take(self, place: Place) -> None:
        place.taken = True
        self._settle(place, place.free_since)

    def release(self, place: Place, now: datetime) -> None:
        place.taken = False
        self._settle(place, now)

    def put_out_of_service(self, place: Place, reason: OutOfService, until: datetime | None = None) -> None:
        place.out_of_service, place.out_until = reason, until
        self._settle(place, place.free_since)

    def return_to_service(self, place: Place, now: datetime) -> None:
        place.out_of_service = place.out_until = None
        self._settle(place, place.free_since or now)

    def _settle(self, place: Place, since: datetime | None) -> None:
        """Free, unless taken or out of service."""
        self._changed.add(place.id)
        if place.is_free:
            self.free(place.unit_id).remove(place)
        place.free_since = None if place.taken or place.out_of_service else since
        if place.is_free:
            insort(self._free.setdefault(place.unit_id, []), place, key=Place.seniority)
