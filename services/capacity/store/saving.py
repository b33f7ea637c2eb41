"""Writes what a decision touched, in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from contracts.vocabulary import OfferState
from services.capacity.domain.allocation import Allocation
from services.capacity.domain.errors import NotFound
from services.capacity.domain.ledger import Ledger
from services.capacity.domain.offer import Offer, Stay
from services.capacity.domain.placement import Placement
from services.capacity.domain.waiting import WaitingLine
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Counts:
    """The places of one service by state, and the cases that wait for one; `sequence` numbers its snapshot."""

    service_id: UUID
    sequence: int
    correlation_id: str
    traceparent: str
    total: int
    out_of_service: int
    occupied: int
    reserved: int
    held: int
    free: int
    waiting: int


async def save(tx: Tx, allocation: Allocation) -> None:
    """What ends is written before what begins: a place is never in two open stays, not even for a statement."""
    changed = sorted((p for p in allocation.placements.values() if p.changed), key=attrgetter("case_id"))
    offers = [(placement.case_id, offer) for placement in changed for offer in placement.offers]
    stays = [*allocation.residents.values(), *(stay for placement in changed for stay in placement.stays)]
    await _save_placements(tx, changed)
    await _save_searches(tx, changed)
    await _save_unmet(tx, changed)
    await _save_offers(tx, sorted(offers, key=_is_live))
    await _save_stays(tx, sorted(stays, key=attrgetter("is_open")))
    await _save_places(tx, allocation.ledger)
    await _save_waiting(tx, allocation.line)


async def next_counts(tx: Tx, service_ids: Iterable[UUID]) -> list[Counts]:
    """Count the places of these services, and number the counts."""
    found = await tx.fetch(
        """
        UPDATE service SET sequence = sequence + 1
        FROM service_count AS now WHERE service.id = ANY ($1::uuid[]) AND now.service_id = service.id
        RETURNING service.id AS service_id, sequence, correlation_id, traceparent,
                  total, out_of_service, occupied, reserved, held, free, waiting
        """,
        sorted(service_ids),
    )
    return [Counts(**row) for row in found]


async def opening_occupancy(tx: Tx, unit_id: UUID) -> tuple[int | None, bool]:
    """What was entered for a unit, and whether it has had stays. Raises NotFound."""
    row = await tx.fetchrow(
        """
        SELECT opening_occupancy,
               EXISTS (SELECT FROM stay JOIN place ON place.id = place_id WHERE unit_id = unit.id) AS has_stays
        FROM unit WHERE id = $1
        """,
        unit_id,
    )
    if row is None:
        raise NotFound
    return row["opening_occupancy"], row["has_stays"]


async def enter_opening_occupancy(tx: Tx, unit_id: UUID, occupied: int) -> None:
    await tx.execute("UPDATE unit SET opening_occupancy = $2 WHERE id = $1", unit_id, occupied)


async def set_accepts_referrals(tx: Tx, service_id: UUID, now: datetime, *, accepts: bool) -> None:
    await tx.execute(
        "UPDATE service SET (accepts_referrals, accepts_since) = ROW ($2, $3) WHERE id = $1", service_id, accepts, now
    )


def _is_live(of_case: tuple[UUID, Offer]) -> bool:
    return of_case[1].state == OfferState.OFFERED


async def _save_placements(tx: Tx, placements: Sequence[Placement]) -> None:
    await tx.executemany(
        """
        INSERT INTO placement (case_id, authority, state, urgency, request, seen, round, sequence, waiting_since,
                               search_again_at, correlation_id, traceparent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (case_id) DO UPDATE SET (authority, state, urgency, request, seen, round, sequence, waiting_since,
            search_again_at) = ROW ($2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        [
            (
                p.case_id,
                p.authority,
                p.state,
                p.urgency,
                p.request,
                p.seen,
                p.round,
                p.sequence,
                p.waiting_since,
                p.search_again_at,
                p.correlation_id,
                p.traceparent,
            )
            for p in placements
        ],
    )


async def _save_searches(tx: Tx, placements: Sequence[Placement]) -> None:
    await tx.executemany(
        "INSERT INTO search (case_id, round, at, explanation) VALUES ($1, $2, $3, $4)",
        [(p.case_id, search.round, search.at, search.explanation) for p in placements for search in p.searches],
    )


async def _save_unmet(tx: Tx, placements: Sequence[Placement]) -> None:
    await tx.executemany(
        """
        INSERT INTO unmet (case_id, round, asked, reason, at, authority, need, sector, urgency)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        [
            (
                p.case_id,
                search.round,
                no.asked,
                no.reason,
                search.at,
                p.authority,
                p.request.need,
                p.request.sector,
                p.urgency,
            )
            for p in placements
            if p.request
            for search in p.searches
            for no in search.unmet
        ],
    )


async def _save_offers(tx: Tx, offers: Sequence[tuple[UUID, Offer]]) -> None:
    await tx.executemany(
        """
        INSERT INTO offer (id, case_id, round, service_id, state, offered_at, expires_at, ended_at, reason, note,
                           answered_by, silent_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (id) DO UPDATE SET (state, ended_at, reason, note, answered_by, silent_until)
            = ROW ($5, $8, $9, $10, $11, $12)
        """,
        [
            (
                o.id,
                case_id,
                o.round,
                o.service_id,
                o.state,
                o.offered_at,
                o.expires_at,
                o.ended_at,
                o.reason,
                o.note,
                o.by,
                o.silent_until,
            )
            for case_id, o in offers
        ],
    )


async def _save_stays(tx: Tx, stays: Sequence[Stay]) -> None:
    await tx.executemany(
        """
        INSERT INTO stay (id, service_id, place_id, case_id, offer_id, state, began_at, arrival_due, overdue_at,
                          admitted_at, ended_at, end_reason, changed_by, person_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (id) DO UPDATE SET (state, arrival_due, overdue_at, admitted_at, ended_at, end_reason, changed_by)
            = ROW ($6, $8, $9, $10, $11, $12, $13)
        """,
        [
            (
                s.id,
                s.service_id,
                s.place_id,
                s.case_id,
                s.offer_id,
                s.state,
                s.began_at,
                s.arrival_due,
                s.overdue_at,
                s.admitted_at,
                s.ended_at,
                s.end_reason,
                s.by,
                s.person_id,
            )
            for s in stays
        ],
    )


async def _save_places(tx: Tx, ledger: Ledger) -> None:
    await tx.executemany(
        "UPDATE place SET free_since = $2, out_of_service = $3, out_until = $4 WHERE id = $1",
        [(place.id, place.free_since, place.out_of_service, place.out_until) for place in ledger.changed()],
    )


async def _save_waiting(tx: Tx, line: WaitingLine) -> None:
    if changed := sorted(line.changed):
        await tx.execute("DELETE FROM waiting WHERE case_id = ANY ($1::uuid[])", changed)
        tickets = [(case_id, each) for case_id in changed for each in line.tickets_of(case_id).items()]
        await tx.executemany(
            "INSERT INTO waiting (case_id, unit_id, size) VALUES ($1, $2, $3)",
            [(case_id, unit_id, ticket.size) for case_id, (unit_id, ticket) in tickets],
        )
    if line.passed_over:
        await tx.executemany(
            "UPDATE placement SET passed_over = passed_over + $2 WHERE case_id = $1", sorted(line.passed_over.items())
        )
