"""Rows as the domain's values."""

from collections.abc import Iterable
from uuid import UUID

from asyncpg import Record as Row
from pydantic import TypeAdapter

from contracts.vocabulary import (
    DeclineReason,
    OfferState,
    OutOfService,
    PlacementState,
    ServiceKind,
    ServiceStatus,
    Sex,
    StayEndReason,
    StayState,
    Urgency,
)
from services.capacity.domain.directory import Service, Unit
from services.capacity.domain.ledger import Place
from services.capacity.domain.offer import By, Offer, Stay
from services.capacity.domain.placement import Placement
from services.capacity.domain.request import Request

REQUEST = TypeAdapter(Request)


def service(row: Row, units: Iterable[Unit]) -> Service:
    return Service(
        id=row["id"],
        row=row["row"],
        name=row["name"],
        authority=row["authority"],
        code=row["code"],
        kind=ServiceKind(row["kind"]),
        status=ServiceStatus(row["status"]),
        target=row["target"],
        only_target=row["only_target"],
        min_age=row["min_age"],
        max_age=row["max_age"],
        requires=row["requires"],
        emergency_only=row["emergency_only"],
        residential=row["residential"],
        confidential=row["confidential"],
        alias=row["alias"],
        offer_limit=row["offer_limit"],
        accepts_referrals=row["accepts_referrals"],
        units=tuple(units),
    )


def unit(row: Row) -> Unit:
    return Unit(row["id"], row["number"], Sex(row["sex"]) if row["sex"] else None, row["places"])


def place(row: Row) -> Place:
    return Place(
        row["id"],
        row["unit_id"],
        row["number"],
        row["free_since"],
        OutOfService(row["out_of_service"]) if row["out_of_service"] else None,
        row["out_until"],
        row["taken"],
    )


def placement(row: Row, offers: list[Offer], stays: list[Stay]) -> Placement:
    return Placement(
        case_id=row["case_id"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        urgency=Urgency(row["urgency"]),
        authority=row["authority"],
        request=REQUEST.validate_python(row["request"]) if row["request"] else None,
        seen=row["seen"],
        state=PlacementState(row["state"]),
        round=row["round"],
        sequence=row["sequence"],
        waiting_since=row["waiting_since"],
        search_again_at=row["search_again_at"],
        offers=offers,
        stays=stays,
    )


def offer(row: Row) -> Offer:
    return Offer(
        id=row["id"],
        round=row["round"],
        service_id=row["service_id"],
        offered_at=row["offered_at"],
        expires_at=row["expires_at"],
        state=OfferState(row["state"]),
        ended_at=row["ended_at"],
        reason=DeclineReason(row["reason"]) if row["reason"] else None,
        note=row["note"],
        by=by(row["answered_by"]),
        silent_until=row["silent_until"],
    )


def stay(row: Row) -> Stay:
    return Stay(
        id=row["id"],
        service_id=row["service_id"],
        place_id=row["place_id"],
        case_id=row["case_id"],
        offer_id=row["offer_id"],
        state=StayState(row["state"]),
        began_at=row["began_at"],
        arrival_due=row["arrival_due"],
        overdue_at=row["overdue_at"],
        admitted_at=row["admitted_at"],
        ended_at=row["ended_at"],
        end_reason=StayEndReason(row["end_reason"]) if row["end_reason"] else None,
        by=by(row["changed_by"]),
        person_id=row["person_id"],
    )


def by(value: dict[str, str] | None) -> By | None:
    return By(**value) if value else None


def grouped(rows: Iterable[Row], key: str) -> dict[UUID, list[Row]]:
    groups: dict[UUID, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups
