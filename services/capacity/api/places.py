"""Single places: out of service, and back."""

from uuid import UUID

from fastapi import APIRouter

from services.capacity import handlers
from services.capacity.api import access, views
from services.capacity.api.models import OutOfServiceBody, PlaceView
from services.capacity.store import reading
from shared.http import Work

router = APIRouter(tags=["locuri / places"])


@router.post("/api/places/{place_id}/out-of-service")
async def put_out_of_service(place_id: UUID, body: OutOfServiceBody, who: access.Keeper, work: Work) -> PlaceView:
    """Locul nu se mai oferă; dacă e ocupat, de când se eliberează. / It is offered no more, once it is left."""
    async with work.begin() as tx:
        by = access.own_center_or(access.SUPERVISOR, who, await reading.owner_of_place(tx, place_id))
        await handlers.put_out_of_service(tx, place_id, body.reason, body.until, body.note, by=by, clock=work.clock)
        return views.place(await reading.place(tx, place_id), own=by.role == access.CENTER_STAFF)


@router.post("/api/places/{place_id}/return-to-service")
async def return_to_service(place_id: UUID, who: access.Keeper, work: Work) -> PlaceView:
    """Locul revine și este oferit primului care așteaptă. / It is offered to the first who waits."""
    async with work.begin() as tx:
        by = access.own_center_or(access.SUPERVISOR, who, await reading.owner_of_place(tx, place_id))
        await handlers.return_to_service(tx, place_id, by, work.clock)
        return views.place(await reading.place(tx, place_id), own=by.role == access.CENTER_STAFF)
