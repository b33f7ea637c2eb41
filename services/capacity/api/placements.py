"""What became of the search for a case, and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.capacity.api import access, views
from services.capacity.api.models import PlacementView
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Work

router = APIRouter(tags=["plasamente / placements"])


@router.get("/api/placements/{case_id}")
async def show_placement(
    case_id: UUID, who: Annotated[Who, allow(access.CASEWORKER, access.SUPERVISOR)], work: Work
) -> PlacementView:
    """Căutările cu explicații, ofertele și șederile. / The searches with explanations, the offers and the stays."""
    async with work.read() as tx:
        return views.placement(await reading.placement(tx, case_id, list(who.authorities)))
