"""Offers and their answers: by the center on screen, or recorded by a caseworker on the telephone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from contracts.vocabulary import OfferState
from services.capacity import handlers
from services.capacity.api import access, views
from services.capacity.api.models import Decline, OfferView
from services.capacity.api.paging import OnePage
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Work
from shared.paging import Page

router = APIRouter(tags=["oferte / offers"])

Answering = Annotated[Who, allow(access.CENTER_STAFF, access.CASEWORKER)]
FIRST = UUID(int=0)


@router.get("/api/centers/{center_id}/offers")
async def list_offers(
    center_id: UUID, who: Answering, work: Work, page: OnePage, state: OfferState | None = None
) -> Page[OfferView]:
    """Cele mai vechi întâi. / Oldest first."""
    after = page.after(FIRST, 1, UUID)
    async with work.read() as tx:
        owner = await reading.owner_of_center(tx, center_id)
        by = access.own_center_or(access.CASEWORKER, who, owner)
        rows = await reading.offers(tx, center_id, state, after, page.limit + 1)
    own = by.role == access.CENTER_STAFF
    items, following = page.cut(rows, "id")
    return Page(items=[views.offer(row, own=own) for row in items], next=following)


@router.post("/api/offers/{offer_id}/accept")
async def accept(offer_id: UUID, who: Answering, work: Work) -> OfferView:
    """Locul ținut devine rezervat. Repetată, cererea primește același răspuns. / The held place is reserved."""
    async with work.begin() as tx:
        by = access.own_center_or(access.CASEWORKER, who, await reading.owner_of_offer(tx, offer_id))
        await handlers.accept(tx, offer_id, by, work.clock)
        return views.offer(await reading.offer(tx, offer_id), own=by.role == access.CENTER_STAFF)


@router.post("/api/offers/{offer_id}/decline")
async def decline(offer_id: UUID, body: Decline, who: Answering, work: Work) -> OfferView:
    """Următorul serviciu potrivit este întrebat imediat. / The next fitting service is asked at once."""
    async with work.begin() as tx:
        by = access.own_center_or(access.CASEWORKER, who, await reading.owner_of_offer(tx, offer_id))
        await handlers.decline(tx, offer_id, body.reason, body.note, by=by, clock=work.clock)
        return views.offer(await reading.offer(tx, offer_id), own=by.role == access.CENTER_STAFF)
