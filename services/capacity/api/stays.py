"""People arrive at a center, do not arrive, and leave."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.capacity import handlers
from services.capacity.api import access, views
from services.capacity.api.models import Discharge, StayView
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Work

router = APIRouter(tags=["șederi / stays"])

CenterStaff = Annotated[Who, allow(access.CENTER_STAFF)]


@router.post("/api/stays/{stay_id}/admit")
async def admit(stay_id: UUID, who: CenterStaff, work: Work) -> StayView:
    """Persoana a sosit. / The person has arrived."""
    async with work.begin() as tx:
        by = access.own_center(who, await reading.owner_of_stay(tx, stay_id))
        await handlers.admit(tx, stay_id, by, work.clock)
        return views.stay(await reading.stay(tx, stay_id))


@router.post("/api/stays/{stay_id}/not-arrived")
async def not_arrived(stay_id: UUID, who: CenterStaff, work: Work) -> StayView:
    """Persoana nu a sosit; locul devine liber. / The person did not come; the place is free."""
    async with work.begin() as tx:
        by = access.own_center(who, await reading.owner_of_stay(tx, stay_id))
        await handlers.not_arrived(tx, stay_id, by, work.clock)
        return views.stay(await reading.stay(tx, stay_id))


@router.post("/api/stays/{stay_id}/absent")
async def go(stay_id: UUID, who: CenterStaff, work: Work) -> StayView:
    """Persoana lipsește o vreme; locul rămâne al ei. / The person is away for a while and keeps the place."""
    async with work.begin() as tx:
        by = access.own_center(who, await reading.owner_of_stay(tx, stay_id))
        await handlers.go(tx, stay_id, by, work.clock)
        return views.stay(await reading.stay(tx, stay_id))


@router.post("/api/stays/{stay_id}/return")
async def come_back(stay_id: UUID, who: CenterStaff, work: Work) -> StayView:
    """Persoana s-a întors. / The person is back."""
    async with work.begin() as tx:
        by = access.own_center(who, await reading.owner_of_stay(tx, stay_id))
        await handlers.come_back(tx, stay_id, by, work.clock)
        return views.stay(await reading.stay(tx, stay_id))


@router.post("/api/stays/{stay_id}/discharge")
async def discharge(stay_id: UUID, body: Discharge, who: CenterStaff, work: Work) -> StayView:
    """Persoana a plecat; locul trece la primul care așteaptă. / The person has left."""
    async with work.begin() as tx:
        by = access.own_center(who, await reading.owner_of_stay(tx, stay_id))
        await handlers.discharge(tx, stay_id, body.reason, by, work.clock)
        return views.stay(await reading.stay(tx, stay_id))
