"""What happens, as it happens, to each as far as it concerns him."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from contracts import capacity
from services.capacity.api import access
from services.capacity.api.models import Counts
from services.capacity.api.streamed import (
    AskedSeen,
    CapacitySeen,
    OfferSeen,
    PlacementSeen,
    ServiceSeen,
    StaySeen,
)
from services.capacity.domain.directory import Directory, identity
from services.capacity.store import loading
from shared.auth import Who, allow
from shared.envelope import EventModel
from shared.http import Work
from shared.stream import EventStream, Followed

router = APIRouter(tags=["flux / stream"])

Staff = Annotated[Who, allow(*access.ALL_STAFF)]
WORKS_ON_CASES = {access.CASEWORKER, access.SUPERVISOR}
OFFER, STAY = (set(model.model_fields) - {"service"} for model in (OfferSeen, StaySeen))


class Eyes:
    """What somebody may see of an event, by the directory as it is now and by the rules of the other routes."""

    def __init__(self, who: Who, directory: Directory) -> None:
        self._who = who
        self._sight = access.sight(who)
        self._services = directory.by_id | {each.alias: each for each in directory.services if each.alias}

    def see(self, event: EventModel) -> BaseModel | None:
        match event:
            case capacity.ServiceCapacitySnapshot():
                return self._capacity(event)
            case capacity.ReferralEvent() if self._works_on(event.placement):
                return self._placement(event)
            case capacity.ReferralEvent():
                return self._asked(event)
        return None

    def _capacity(self, event: capacity.ServiceCapacitySnapshot) -> CapacitySeen | None:
        service = self._services.get(event.service.service_id)
        if service is None or not self._sight.lists(service):
            return None
        return CapacitySeen(
            service=self._service(event.service),
            places=Counts(**event.model_dump(include=set(Counts.model_fields))),
            accepts_referrals=event.accepts_referrals,
            waiting=event.waiting,
            updated_at=event.updated_at,
        )

    def _works_on(self, placement: capacity.Placement) -> bool:
        """As `GET /api/placements/{case_id}` has it."""
        return bool(self._who.roles & WORKS_ON_CASES) and placement.authority in {None, *self._who.authorities}

    def _placement(self, event: capacity.ReferralEvent) -> PlacementSeen:
        at = event.placement
        return PlacementSeen(
            case_id=at.case_id,
            authority=at.authority,
            state=at.state,
            urgency=at.urgency,
            round=at.round,
            waiting_since=at.waiting_since,
            offer=self._offer(at.offer),
            stay=self._stay(at.stay),
            **event.model_dump(include={"reason", "why", "position", "may", "external"}),
        )

    def _asked(self, event: capacity.ReferralEvent) -> AskedSeen | None:
        """As `GET /api/centers/{center_id}/offers` has it, where the event is about the center's own offer or stay."""
        about = getattr(event, "offer", None) or getattr(event, "stay", None)
        if not self._answers(about):
            return None
        at = event.placement
        offer, stay = getattr(event, "offer", at.offer), getattr(event, "stay", at.stay)
        return AskedSeen(
            case_id=at.case_id,
            urgency=at.urgency,
            offer=self._offer(offer) if self._answers(offer) else None,
            stay=self._stay(stay) if self._answers(stay) else None,
        )

    def _answers(self, about: capacity.Offer | capacity.Stay | None) -> bool:
        """Whether he answers for the service that is asked or stayed in."""
        service = self._services.get(about.service.service_id) if about else None
        if service is None:
            return False
        by_telephone = access.CASEWORKER in self._who.roles and service.authority in self._who.authorities
        return by_telephone or service.row in self._sight.centers

    def _offer(self, offer: capacity.Offer | None) -> OfferSeen | None:
        if offer is None:
            return None
        return OfferSeen(**offer.model_dump(include=OFFER), service=self._service(offer.service))

    def _stay(self, stay: capacity.Stay | None) -> StaySeen | None:
        if stay is None:
            return None
        return StaySeen(**stay.model_dump(include=STAY), service=self._service(stay.service))

    def _service(self, told: capacity.ServiceRef) -> ServiceSeen:
        service = self._services.get(told.service_id)
        if service and self._sight.knows(service):
            return ServiceSeen(
                service_id=service.id,
                code=service.code,
                confidential=service.confidential,
                center_id=identity("center", service.row),
                row=service.row,
                name=service.name,
            )
        known_as = service.alias if service and service.alias else told.service_id
        return ServiceSeen(service_id=known_as, code=told.code, confidential=True)


async def _eyes(who: Staff, work: Work) -> Eyes:
    async with work.read() as tx:
        return Eyes(who, await loading.directory(tx))


@router.get(
    "/api/stream",
    response_class=EventStream,
    response_description="`hello`, `reset`; `ServiceCapacitySnapshot`; `ReferralOffered`, `ReferralAccepted`, "
    "`ReferralDeclined`, `ReferralExpired`, `ReferralWithdrawn`, `PlacementWaitlisted`, `PlacementNeedsPerson`, "
    "`PersonAdmitted`, `PersonNotArrived`, `PersonDischarged`",
)
async def stream(who: Staff, eyes: Annotated[Eyes, Depends(_eyes)], followed: Followed) -> EventStream:
    """Locurile și ofertele, pe măsură ce se schimbă, fiecăruia cât îl privește. După `hello` se încarcă listele, după
    `reset` se încarcă din nou; cu `Last-Event-ID` fluxul continuă fără lipsuri. Se încheie odată cu jetonul.

    Places and offers as they change, to each as far as they concern him. Load your lists after `hello`, load them anew
    after `reset`; with `Last-Event-ID` the stream goes on without a gap. It ends with the token.
    """
    return followed.response(eyes.see, who.expires)
