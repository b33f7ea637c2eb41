"""The directory as tables. Importing it again changes what the files say and touches no stay."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.capacity.domain.directory import Directory, Service, Unit, identity
from shared.db import Tx


@dataclass(frozen=True, slots=True)
class Trace:
    """What the snapshots of a newly imported service carry from then on."""

    correlation_id: str
    traceparent: str


async def imported_version(tx: Tx) -> str | None:
    version: str | None = await tx.fetchval("SELECT version FROM directory")
    return version


async def import_directory(tx: Tx, directory: Directory, trace: Trace, now: datetime) -> None:
    """Services and units are brought up to date, places added; an alias, once given, stays."""
    for service in directory.services:
        await _import_service(tx, service, trace)
        for unit in service.units:
            await _import_unit(tx, service, unit, now)
    await tx.execute(
        "INSERT INTO directory (version, imported_at) VALUES ($1, $2)"
        " ON CONFLICT (current) DO UPDATE SET (version, imported_at) = ROW ($1, $2)",
        directory.version,
        now,
    )


async def _import_service(tx: Tx, service: Service, trace: Trace) -> None:
    center_id = identity("center", service.row)
    await tx.execute(
        """
        INSERT INTO center (id, row, name, authority) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET (name, authority) = ROW ($3, $4)
        """,
        center_id,
        service.row,
        service.name,
        service.authority,
    )
    await tx.execute(
        """
        INSERT INTO service AS known (id, center_id, row, name, authority, code, kind, status, target, only_target,
            min_age, max_age, requires, emergency_only, residential, confidential, alias, offer_limit,
            correlation_id, traceparent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                CASE WHEN $16 THEN gen_random_uuid() END, $17, $18, $19)
        ON CONFLICT (id) DO UPDATE SET (name, authority, code, kind, status, target, only_target, min_age, max_age,
            requires, emergency_only, residential, confidential, alias, offer_limit)
            = ROW ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                   CASE WHEN $16 THEN coalesce(known.alias, excluded.alias) END, $17)
        """,
        service.id,
        center_id,
        service.row,
        service.name,
        service.authority,
        service.code,
        service.kind,
        service.status,
        service.target,
        service.only_target,
        service.min_age,
        service.max_age,
        service.requires,
        service.emergency_only,
        service.residential,
        service.confidential,
        service.offer_limit,
        trace.correlation_id,
        trace.traceparent,
    )


async def _import_unit(tx: Tx, service: Service, unit: Unit, now: datetime) -> None:
    """A unit never loses a place here: people may be in it."""
    numbers = list(range(1, unit.places + 1))
    await tx.execute(
        """
        INSERT INTO unit (id, service_id, number, sex, places) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET (sex, places) = ROW ($4, greatest(unit.places, $5))
        """,
        unit.id,
        service.id,
        unit.number,
        unit.sex,
        unit.places,
    )
    await tx.execute(
        """
        INSERT INTO place (id, unit_id, number, free_since) SELECT id, $2, number, $4
        FROM unnest($1::uuid[], $3::integer[]) AS row (id, number) ON CONFLICT (id) DO NOTHING
        """,
        list(_place_ids(service, unit)),
        unit.id,
        numbers,
        now,
    )


def _place_ids(service: Service, unit: Unit) -> Iterator[UUID]:
    for number in range(1, unit.places + 1):
        yield identity("place", f"{service.row}/{unit.number}/{number}")
