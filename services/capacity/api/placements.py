"""What became of the search for a case, and why; and a person's own choice."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.capacity import handlers, sentences
from services.capacity.api import access, views
from services.capacity.api.models import ByHand, PlacementView
from services.capacity.domain.errors import DoesNotFit
from services.capacity.domain.offer import By
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Problem, Work, message

router = APIRouter(tags=["plasamente / placements"])


@router.get("/api/placements/{case_id}")
async def show_placement(
    case_id: UUID, who: Annotated[Who, allow(access.CASEWORKER, access.SUPERVISOR)], work: Work
) -> PlacementView:
    """Căutările cu explicații, ofertele și șederile. / The searches with explanations, the offers and the stays."""
    async with work.read() as tx:
        return views.placement(await reading.placement(tx, case_id, list(who.authorities)))


@router.post("/api/placements/{case_id}/offers")
async def offer_by_hand(
    case_id: UUID, body: ByHand, who: Annotated[Who, allow(access.CASEWORKER)], work: Work
) -> PlacementView:
    """Un om alege serviciul, chiar după un refuz. / A person picks the service, even one that has declined before."""
    by = By(who.subject, who.name, access.CASEWORKER)
    async with work.begin() as tx:
        await reading.searched(tx, case_id, list(who.authorities))
        try:
            await handlers.offer_by_hand(tx, case_id, body.service_id, body.note, by=by, clock=work.clock)
        except DoesNotFit as error:
            hindrances = [sentences.of_hindrance(check) for check in error.hindrances]
            raise Problem(409, detail=message(error), hindrances=hindrances) from None
        return views.placement(await reading.placement(tx, case_id, list(who.authorities)))
