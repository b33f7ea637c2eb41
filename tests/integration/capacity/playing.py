"""What happens, through the use cases, and what the database says of it."""

from itertools import count
from typing import Any
from uuid import UUID

from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.domain.offer import By
from services.capacity.domain.request import Person, Request, Wanted
from shared.db import UnitOfWork
from shared.ids import uuid7
from tests.unit.capacity.world import ANA, a_request

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
REHABILITATION = "8899 CZ-D-II"  # answered by one service only: S2-15, of 35 places
_sequence = count(1)


def a_patient(*party: Person, **values: Any) -> Request:
    """Somebody for the one service of rehabilitation."""
    defaults: dict[str, Any] = {"need": None, "target": "neuromotor", "codes": (REHABILITATION,)}
    return a_request(*party, **(defaults | values))


def wanted(request: Request | None, case_id: UUID | None = None, sequence: int | None = None) -> Wanted:
    return Wanted(
        case_id=case_id or uuid7(),
        sequence=next(_sequence) if sequence is None else sequence,
        authority="S2",
        urgency=(request or a_request()).urgency,
        request=request,
        correlation_id="report-1",
        traceparent=TRACEPARENT,
    )


async def follow(uow: UnitOfWork, *each: Wanted) -> None:
    async with uow.begin() as tx:
        await handlers.follow_cases(tx, each, uow.clock)


async def ask(uow: UnitOfWork, request: Request | None = None, case_id: UUID | None = None) -> UUID:
    said = wanted(request or a_patient(), case_id)
    await follow(uow, said)
    return said.case_id


async def fill_up(uow: UnitOfWork, row: str, leaving: int = 0, unit: int = 1) -> None:
    """Enter an opening occupancy that leaves so many places."""
    unit_id = identity("unit", f"{row}/{unit}")
    total = await value(uow, "SELECT places FROM unit WHERE id = $1", unit_id)
    async with uow.begin() as tx:
        await handlers.enter_occupancy(tx, unit_id, total - leaving, ANA, uow.clock)


async def open_door(uow: UnitOfWork, row: str, *, accepts: bool = True) -> None:
    service_id = identity("service", row)
    async with uow.begin() as tx:
        await handlers.accept_referrals(tx, service_id, accepts=accepts, note="Carantină.", by=ANA, clock=uow.clock)


async def accept(uow: UnitOfWork, case_id: UUID, by: By = ANA) -> UUID:
    """The id of the reserved stay."""
    async with uow.begin() as tx:
        await handlers.accept(tx, await live_offer(uow, case_id), by, uow.clock)
    stay_id: UUID = await value(uow, "SELECT id FROM stay WHERE case_id = $1 AND state = 'reserved'", case_id)
    return stay_id


async def admit(uow: UnitOfWork, case_id: UUID) -> UUID:
    """The id of the occupied stay."""
    stay_id = await accept(uow, case_id)
    async with uow.begin() as tx:
        await handlers.admit(tx, stay_id, ANA, uow.clock)
    return stay_id


async def live_offer(uow: UnitOfWork, case_id: UUID) -> UUID:
    offer_id: UUID = await value(uow, "SELECT id FROM offer WHERE case_id = $1 AND state = 'offered'", case_id)
    return offer_id


async def state(uow: UnitOfWork, case_id: UUID) -> str:
    return str(await value(uow, "SELECT state FROM placement WHERE case_id = $1", case_id))


async def value(uow: UnitOfWork, query: str, *arguments: object) -> Any:
    return await uow.pool.fetchval(query, *arguments)


async def rows(uow: UnitOfWork, query: str, *arguments: object) -> list[dict[str, Any]]:
    return [dict(row) for row in await uow.pool.fetch(query, *arguments)]


async def told(uow: UnitOfWork, case_id: UUID) -> list[str]:
    """The names of the events published about a case, in order."""
    found = await rows(uow, "SELECT headers FROM outbox WHERE key = $1 ORDER BY id", str(case_id))
    return [dict(row["headers"])["ce_type"].split(".")[2] for row in found]
