"""What was sought and not there."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime

from services.capacity.api import access
from services.capacity.api.models import UnmetNeedsView, UnmetNeedView
from services.capacity.store import reading
from shared.auth import Who, allow
from shared.http import Work

router = APIRouter(tags=["nevoi neacoperite / unmet needs"])


@router.get("/api/unmet-needs")
async def count_unmet_needs(
    who: Annotated[Who, allow(access.CASEWORKER, access.SUPERVISOR, "auditor")],
    work: Work,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> UnmetNeedsView:
    """Câte cazuri au căutat și nu au găsit loc, după ce s-a cerut și de ce nu; cele mai multe întâi. / How many cases
    sought and found no place, by what was asked for and why not; most first."""
    async with work.read() as tx:
        rows = await reading.unmet_needs(tx, list(who.authorities), since, until)
    return UnmetNeedsView(items=[UnmetNeedView(**row) for row in rows])
