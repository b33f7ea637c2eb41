"""The directory and the register of places."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, TypeAdapter

from contracts.base import Storable
from services.capacity import handlers
from services.capacity.api import access, views
from services.capacity.api.models import Accepting, Occupancy, PlacesView, ServiceView, UnitView
from services.capacity.api.paging import OnePage
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Work
from shared.paging import Page

router = APIRouter(tags=["servicii / services"])

Staff = Annotated[Who, allow(*access.ALL_STAFF)]
Code = Annotated[str, Query(max_length=20), Storable]
ROW = TypeAdapter(Annotated[str, StringConstraints(max_length=20), Storable])
Number = Annotated[int, Field(ge=0, lt=2**31, description="as an integer column holds it")]
UNIT_AND_PLACE = TypeAdapter(tuple[Number, Number])


@router.get("/api/services")
async def list_services(who: Staff, work: Work, page: OnePage, code: Code | None = None) -> Page[ServiceView]:
    """Serviciile autorităților din jeton, în ordinea rândurilor. / Services of the token's authorities, by row."""
    after = page.after("", 1, ROW.validate_python)
    async with work.read() as tx:
        rows = await reading.services(tx, access.sight(who), code, after, page.limit + 1)
        items, following = page.cut(rows, "row")
        units = await reading.units(tx, [row["id"] for row in items])
    return Page(items=[views.service(row, units) for row in items], next=following)


@router.get("/api/services/{service_id}")
async def show_service(service_id: UUID, who: Staff, work: Work) -> ServiceView:
    async with work.read() as tx:
        row = await reading.service(tx, service_id, access.sight(who))
        return views.service(row, await reading.units(tx, [service_id]))


@router.get("/api/services/{service_id}/places")
async def show_places(service_id: UUID, who: Staff, work: Work, page: OnePage) -> PlacesView:
    """Unitățile cu numărători și locurile lor. / Units with their counts, and their places."""
    after = page.after((0, 0), 2, lambda *numbers: UNIT_AND_PLACE.validate_python(numbers))
    async with work.read() as tx:
        row = await reading.service(tx, service_id, access.sight(who))
        units = await reading.units(tx, [service_id])
        places = await reading.places(tx, service_id, after, page.limit + 1)
    own = row["row"] in access.own_centers(who)
    items, following = page.cut(places, "unit_number", "number")
    return PlacesView(
        service_id=service_id,
        center_id=row["center_id"],
        row=row["row"],
        units=[views.unit(each) for each in units],
        items=[views.place(each, own=own) for each in items],
        next=following,
    )


@router.put("/api/services/{service_id}/accepting")
async def accept_referrals(service_id: UUID, body: Accepting, who: access.Keeper, work: Work) -> ServiceView:
    """Dacă serviciul mai primește oferte. / Whether the service is offered people from now on."""
    async with work.begin() as tx:
        by = access.own_center_or(access.SUPERVISOR, who, await reading.owner_of_service(tx, service_id))
        await handlers.accept_referrals(
            tx, service_id, accepts=body.accepts_referrals, note=body.note, by=by, clock=work.clock
        )
        row = await reading.service(tx, service_id, access.sight(who))
        return views.service(row, await reading.units(tx, [service_id]))


@router.put("/api/units/{unit_id}/occupancy")
async def enter_occupancy(unit_id: UUID, body: Occupancy, who: access.Keeper, work: Work) -> UnitView:
    """Ocuparea de la început, o singură dată. / Opening occupancy, once; the same number again changes nothing."""
    async with work.begin() as tx:
        owner = await reading.owner_of_unit(tx, unit_id)
        by = access.own_center_or(access.SUPERVISOR, who, owner)
        await handlers.enter_occupancy(tx, unit_id, body.occupied, by, work.clock)
        return views.unit(await reading.unit(tx, unit_id))
