"""What the HTTP side shows, read without locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from services.capacity.domain.directory import Service
from services.capacity.domain.errors import NotFound
from shared.db import Tx

SERVICE = "SELECT service.*, service_count.* FROM service JOIN service_count ON service_id = service.id"

UNIT = """
SELECT unit.*, taken.*, places - out_of_service - occupied - reserved - held AS free
FROM unit CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE out_of_service IS NOT NULL AND stay.id IS NULL) AS out_of_service,
           count(*) FILTER (WHERE state IN ('occupied', 'absent')) AS occupied,
           count(*) FILTER (WHERE state = 'reserved') AS reserved,
           count(*) FILTER (WHERE state = 'held') AS held
    FROM place LEFT JOIN stay ON place_id = place.id AND state <> 'ended'
    WHERE unit_id = unit.id AND free_since IS NULL
) AS taken
"""

PLACE = """
SELECT place.id, unit_id, unit.number AS unit_number, place.number, free_since, out_of_service, out_until,
       stay.id AS stay_id, stay.state AS stay_state, stay.case_id, stay.admitted_at, stay.arrival_due,
       CASE WHEN person_id IS NULL THEN request#>'{party,0}'
            ELSE jsonb_path_query_first(request, '$.party[*] ? (@.person_id == $id)',
                                        jsonb_build_object('id', person_id)) END AS person
FROM place JOIN unit ON unit.id = unit_id LEFT JOIN stay ON place_id = place.id AND stay.state <> 'ended'
     LEFT JOIN placement USING (case_id)
"""

OFFER = """
SELECT offer.*, service.row, service.center_id, service.name AS service_name, service.code, placement.urgency,
       placement.request->>'need' AS need, party
FROM offer JOIN service ON service.id = offer.service_id JOIN placement USING (case_id) CROSS JOIN LATERAL (
    SELECT jsonb_agg(member || jsonb_build_object('stay_id', stay.id, 'stay_state', stay.state,
                                                  'arrival_due', arrival_due) ORDER BY position) AS party
    FROM jsonb_array_elements(request->'party') WITH ORDINALITY AS person (member, position)
         LEFT JOIN stay ON offer_id = offer.id AND coalesce(person_id = (member->>'person_id')::uuid, position = 1)
) AS party
"""

STAY = """
SELECT stay.*, service.row, service.center_id, service.name AS service_name, place.number AS place_number
FROM stay JOIN service ON service.id = stay.service_id LEFT JOIN place ON place.id = place_id
"""

OWNER = "SELECT row, service.authority, NULL AS case_authority FROM service"


@dataclass(frozen=True)
class Sight:
    """Whose services somebody sees: those of his authorities and centers; confidential ones of his centers only,
    unless `confidential`."""

    authorities: Sequence[str]
    centers: Sequence[str]
    confidential: bool

    def knows(self, service: Service) -> bool:
        """Whether `service()` would find it."""
        allowed = self.confidential and service.authority in self.authorities
        return not service.confidential or allowed or service.row in self.centers

    def lists(self, service: Service) -> bool:
        """Whether `services()` would."""
        near = service.authority in self.authorities or service.row in self.centers
        return near and self.knows(service)


@dataclass(frozen=True)
class Owner:
    """To whom a thing belongs: the center's row, its authority, and the authority of the case, if there is one."""

    row: str
    authority: str
    case_authority: str | None


async def seen(tx: Tx, case_id: UUID) -> int | None:
    """The sequence of the newest word of triage about a case."""
    sequence: int | None = await tx.fetchval("SELECT seen FROM placement WHERE case_id = $1", case_id)
    return sequence


async def services(tx: Tx, sight: Sight, code: str | None, after: str, limit: int) -> list[Record]:
    return await tx.fetch(
        f"""
        {SERVICE}
        WHERE (authority = ANY ($1) OR row = ANY ($2)) AND (NOT confidential OR $3 OR row = ANY ($2))
          AND ($4::text IS NULL OR code = $4) AND row > $5
        ORDER BY row LIMIT $6
        """,
        sight.authorities,
        sight.centers,
        sight.confidential,
        code,
        after,
        limit,
    )


async def service(tx: Tx, service_id: UUID, sight: Sight) -> Record:
    """Raises NotFound."""
    return _one(
        await tx.fetchrow(
            f"{SERVICE} WHERE id = $1 AND (NOT confidential OR ($2 AND authority = ANY ($3)) OR row = ANY ($4))",
            service_id,
            sight.confidential,
            sight.authorities,
            sight.centers,
        )
    )


async def units(tx: Tx, service_ids: Sequence[UUID]) -> list[Record]:
    """With the count of their places by state."""
    return await tx.fetch(f"{UNIT} WHERE service_id = ANY ($1::uuid[]) ORDER BY service_id, unit.number", service_ids)


async def unit(tx: Tx, unit_id: UUID) -> Record:
    """Raises NotFound."""
    return _one(await tx.fetchrow(f"{UNIT} WHERE unit.id = $1", unit_id))


async def places(tx: Tx, service_id: UUID, after: tuple[int, int], limit: int) -> list[Record]:
    """In order of unit and number, after that position."""
    return await tx.fetch(
        f"{PLACE} WHERE unit.service_id = $1 AND (unit.number, place.number) > ($2, $3)"
        " ORDER BY unit.number, place.number LIMIT $4",
        service_id,
        *after,
        limit,
    )


async def place(tx: Tx, place_id: UUID) -> Record:
    """Raises NotFound."""
    return _one(await tx.fetchrow(f"{PLACE} WHERE place.id = $1", place_id))


async def offers(tx: Tx, center_id: UUID, state: str | None, after: UUID, limit: int) -> list[Record]:
    """Oldest first."""
    return await tx.fetch(
        f"{OFFER} WHERE service.center_id = $1 AND ($2::text IS NULL OR offer.state = $2) AND offer.id > $3"
        " ORDER BY offer.id LIMIT $4",
        center_id,
        state,
        after,
        limit,
    )


async def offer(tx: Tx, offer_id: UUID) -> Record:
    return _one(await tx.fetchrow(f"{OFFER} WHERE offer.id = $1", offer_id))


async def stay(tx: Tx, stay_id: UUID) -> Record:
    return _one(await tx.fetchrow(f"{STAY} WHERE stay.id = $1", stay_id))


async def searched(tx: Tx, case_id: UUID, authorities: Sequence[str]) -> Record:
    """The placement alone, where its case is of these authorities or of none. Raises NotFound."""
    return _one(
        await tx.fetchrow(
            "SELECT * FROM placement WHERE case_id = $1 AND (authority IS NULL OR authority = ANY ($2))",
            case_id,
            authorities,
        )
    )


async def placement(tx: Tx, case_id: UUID, authorities: Sequence[str]) -> dict[str, Any]:
    """With its searches, offers and stays in the order in which they came. Raises NotFound."""
    found = await searched(tx, case_id, authorities)
    return {
        **found,
        "searches": await tx.fetch("SELECT * FROM search WHERE case_id = $1 ORDER BY round", case_id),
        "offers": await tx.fetch(f"{OFFER} WHERE offer.case_id = $1 ORDER BY offer.round", case_id),
        "stays": await tx.fetch(
            f"{STAY} LEFT JOIN offer ON offer.id = offer_id WHERE stay.case_id = $1 ORDER BY round, stay.id", case_id
        ),
    }


async def unmet_needs(
    tx: Tx, authorities: Sequence[str], since: datetime | None, until: datetime | None
) -> list[Record]:
    """How many cases were without a place, most first; `until` is not in it."""
    return await tx.fetch(
        """
        SELECT need, sector, urgency, asked, reason, count(DISTINCT case_id) AS cases FROM unmet
        WHERE (authority IS NULL OR authority = ANY ($1))
          AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
        GROUP BY need, sector, urgency, asked, reason
        ORDER BY cases DESC, need, sector, urgency, asked, reason
        """,
        authorities,
        since,
        until,
    )


async def owner_of_center(tx: Tx, center_id: UUID) -> Owner:
    query = "SELECT row, authority, NULL AS case_authority FROM center WHERE id = $1"
    return _owner(await tx.fetchrow(query, center_id))


async def owner_of_service(tx: Tx, service_id: UUID) -> Owner:
    return _owner(await tx.fetchrow(f"{OWNER} WHERE service.id = $1", service_id))


async def owner_of_unit(tx: Tx, unit_id: UUID) -> Owner:
    return _owner(await tx.fetchrow(f"{OWNER} JOIN unit ON service_id = service.id WHERE unit.id = $1", unit_id))


async def owner_of_place(tx: Tx, place_id: UUID) -> Owner:
    units = f"{OWNER} JOIN unit ON service_id = service.id"
    return _owner(await tx.fetchrow(f"{units} JOIN place ON unit_id = unit.id WHERE place.id = $1", place_id))


async def owner_of_stay(tx: Tx, stay_id: UUID) -> Owner:
    return _owner(await tx.fetchrow(f"{OWNER} JOIN stay ON service_id = service.id WHERE stay.id = $1", stay_id))


async def owner_of_offer(tx: Tx, offer_id: UUID) -> Owner:
    return _owner(
        await tx.fetchrow(
            "SELECT row, service.authority, placement.authority AS case_authority FROM offer"
            " JOIN service ON service.id = service_id JOIN placement USING (case_id) WHERE offer.id = $1",
            offer_id,
        )
    )


def _owner(found: Record | None) -> Owner:
    return Owner(**_one(found))


def _one(found: Record | None) -> Record:
    if found is None:
        raise NotFound
    return found
