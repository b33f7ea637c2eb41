"""What a decision about allocation needs to see, and no more: never all places of a service."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import Urgency
from services.capacity.domain.allocation import Allocation
from services.capacity.domain.directory import Directory
from services.capacity.domain.errors import NotFound
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.offer import Stay
from services.capacity.domain.placement import Placement
from services.capacity.domain.request import Request
from services.capacity.domain.waiting import Ticket, WaitingLine
from services.capacity.store import rows
from shared.db import Tx

PLACE = "SELECT *, EXISTS (SELECT FROM stay WHERE place_id = place.id AND state <> 'ended') AS taken FROM place"


@dataclass(frozen=True)
class Scope:
    """What a command or a batch is about. `depth`: how many places of one unit it may take at most."""

    case_ids: Sequence[UUID] = ()
    requests: Sequence[Request] = ()
    residents: Sequence[UUID] = ()
    unit_ids: Sequence[UUID] = ()
    place_ids: Sequence[UUID] = ()
    depth: int = 1


async def lock(tx: Tx) -> None:
    """Allocation is serial: this lock is the proof that nobody overtakes and no free place is forgotten."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('allocation', 0))")


async def load(
    tx: Tx,
    scope: Scope,
    *,
    now: datetime,
    due: Callable[[datetime, datetime], datetime],
    new_id: Callable[[], UUID],
) -> Allocation:
    """Takes the allocation lock, then reads. First the cases in hand, then those who wait for what may become free."""
    await lock(tx)
    known = await directory(tx)
    placements = await _placements(tx, scope.case_ids)
    residents = await _stays(tx, "id", scope.residents)
    taken = await _places(tx, [*_place_ids(placements, residents), *scope.place_ids])
    freed = {place.unit_id for place in taken} | set(scope.unit_ids)
    tickets = await _tickets(tx, freed, ())
    room = await _room(tx, {unit_id for unit_id, _ in tickets}, taken)
    placements += await _placements(tx, _first_in_line(tickets, room, scope))
    requests = [*scope.requests, *(p.request for p in placements if p.request)]
    asked = known.units_asked_by(requests) | freed
    tickets += await _tickets(tx, asked - freed, [placement.case_id for placement in placements])
    largest = max([len(request.party) for request in requests], default=1)
    free = await _longest_free(tx, asked, scope.depth * largest)
    return Allocation(
        known, Ledger([*taken, *free]), WaitingLine(tickets), placements, residents, now=now, due=due, new_id=new_id
    )


async def directory(tx: Tx) -> Directory:
    """Every decision needs it: services and units are read again only when they have another revision."""
    current = await tx.fetchrow("SELECT version, revision FROM directory")
    if current is None:
        return Directory("", ())
    revision = current["revision"]
    if revision not in _last_read:
        found = await _directory(tx, current["version"])
        _last_read.clear()
        _last_read[revision] = found
    return _last_read[revision]


_last_read: dict[UUID, Directory] = {}
"""By its revision, which no two directories share."""


async def _directory(tx: Tx, version: str) -> Directory:
    units = rows.grouped(await tx.fetch("SELECT * FROM unit ORDER BY service_id, number"), "service_id")
    services = await tx.fetch("SELECT * FROM service ORDER BY row")
    return Directory(version, tuple(rows.service(row, map(rows.unit, units.get(row["id"], ()))) for row in services))


async def case_of_offer(tx: Tx, offer_id: UUID) -> UUID:
    """Raises NotFound."""
    case_id = await tx.fetchval("SELECT case_id FROM offer WHERE id = $1", offer_id)
    if case_id is None:
        raise NotFound
    return UUID(str(case_id))


async def scope_of_stay(tx: Tx, stay_id: UUID) -> Scope:
    """Raises NotFound."""
    row = await tx.fetchrow("SELECT case_id FROM stay WHERE id = $1", stay_id)
    if row is None:
        raise NotFound
    return Scope(case_ids=[row["case_id"]]) if row["case_id"] else Scope(residents=[stay_id])


async def still_searching(tx: Tx, asked: Sequence[str] | None = None) -> list[UUID]:
    """The cases that wait or need a person, in the order of the waiting list; those that ask for one of these codes or
    rows, where such are given."""
    found = await tx.fetch(
        """
        SELECT case_id FROM placement
        WHERE state IN ('waiting', 'needs-person')
          AND ($1::text[] IS NULL OR (request->'codes') || (request->'services') ?| $1)
        ORDER BY urgency, waiting_since, case_id
        """,
        asked,
    )
    return [row["case_id"] for row in found]


async def silent_service(tx: Tx, offer_id: UUID, silences: int) -> UUID | None:
    """The service whose offer this was, if it has expired as the last of so many in a row."""
    service_id: UUID | None = await tx.fetchval(
        """
        SELECT service_id FROM offer AS this JOIN service ON service.id = service_id
        WHERE this.id = $1 AND this.state = 'expired' AND $2 = (
            SELECT count(*) FILTER (WHERE state = 'expired') FROM (
                SELECT state FROM offer
                WHERE service_id = service.id AND state IN ('accepted', 'declined', 'expired')
                  AND ended_at >= accepts_since
                ORDER BY ended_at DESC LIMIT $2
            ) AS answer
        )
        """,
        offer_id,
        silences,
    )
    return service_id


def _first_in_line(tickets: Iterable[tuple[UUID, Ticket]], room: Mapping[UUID, int], scope: Scope) -> list[UUID]:
    """Of each unit, those for whom what becomes free there may be enough."""
    line = WaitingLine(tickets)
    found: set[UUID] = set()
    for unit_id, places in room.items():
        fitting = [ticket.case_id for ticket in line.of(unit_id) if ticket.size <= places]
        found.update(fitting[: 2 * max(scope.depth, places)])
    return sorted(found.difference(scope.case_ids))


async def _room(tx: Tx, unit_ids: Collection[UUID], taken: Iterable[Place]) -> Mapping[UUID, int]:
    """How many places of these units are free, or taken by those in hand."""
    room = Counter(place.unit_id for place in taken)
    if unit_ids:
        free = await tx.fetch(
            "SELECT unit_id, count(*) FROM place WHERE free_since IS NOT NULL AND unit_id = ANY ($1::uuid[])"
            " GROUP BY unit_id",
            list(unit_ids),
        )
        room.update({row["unit_id"]: row["count"] for row in free})
    return room


async def _placements(tx: Tx, case_ids: Sequence[UUID]) -> list[Placement]:
    """Offers and stays in the order of their rounds: ids and times go back when a clock does."""
    if not case_ids:
        return []
    found = await tx.fetch(
        "SELECT * FROM placement WHERE case_id = ANY ($1::uuid[]) ORDER BY case_id FOR UPDATE", case_ids
    )
    if not found:
        return []
    offers = rows.grouped(
        await tx.fetch("SELECT * FROM offer WHERE case_id = ANY ($1::uuid[]) ORDER BY round FOR UPDATE", case_ids),
        "case_id",
    )
    stays = await _stays(tx, "case_id", case_ids)
    return [
        rows.placement(
            row,
            [rows.offer(offer) for offer in offers.get(row["case_id"], ())],
            [stay for stay in stays if stay.case_id == row["case_id"]],
        )
        for row in found
    ]


async def _stays(tx: Tx, column: str, ids: Sequence[UUID]) -> list[Stay]:
    if not ids:
        return []
    found = await tx.fetch(
        f"""
        SELECT stay.* FROM stay LEFT JOIN offer ON offer.id = offer_id
        WHERE stay.{column} = ANY ($1::uuid[]) ORDER BY round, stay.id FOR UPDATE OF stay
        """,  # noqa: S608
        ids,
    )
    return [rows.stay(row) for row in found]


def _place_ids(placements: Sequence[Placement], residents: Sequence[Stay]) -> list[UUID]:
    stays = [*residents, *(stay for placement in placements for stay in placement.stays)]
    return [stay.place_id for stay in stays if stay.is_open and stay.place_id]


async def _places(tx: Tx, place_ids: Sequence[UUID]) -> list[Place]:
    if not place_ids:
        return []
    return [rows.place(row) for row in await tx.fetch(f"{PLACE} WHERE id = ANY ($1::uuid[])", place_ids)]


async def _longest_free(tx: Tx, unit_ids: Iterable[UUID], depth: int) -> list[Place]:
    found = await tx.fetch(
        """
        SELECT place.* FROM unnest($1::uuid[]) AS asked (unit_id) CROSS JOIN LATERAL (
            SELECT *, false AS taken FROM place WHERE place.unit_id = asked.unit_id AND free_since IS NOT NULL
            ORDER BY free_since, number LIMIT $2
        ) AS place
        """,
        list(unit_ids),
        depth,
    )
    return [rows.place(row) for row in found]


async def _tickets(tx: Tx, unit_ids: Collection[UUID], case_ids: Sequence[UUID]) -> list[tuple[UUID, Ticket]]:
    if not unit_ids and not case_ids:
        return []
    found = await tx.fetch(
        """
        SELECT unit_id, case_id, urgency, waiting_since, size FROM waiting JOIN placement USING (case_id)
        WHERE unit_id = ANY ($1::uuid[]) OR case_id = ANY ($2::uuid[])
        """,
        list(unit_ids),
        case_ids,
    )
    return [
        (row["unit_id"], Ticket(Urgency(row["urgency"]), row["waiting_since"], row["case_id"], row["size"]))
        for row in found
    ]
