"""From capacity's events to what a case makes of them."""

from contracts import capacity
from services.triage.domain.values import Actor, News
from shared.envelope import Received

NEED_A_PERSON = (capacity.PlacementNeedsPerson, capacity.PersonNotArrived)


def of_referral(event: Received[capacity.ReferralEvent]) -> News:
    envelope, data = event.envelope, event.data
    return News(
        event_id=envelope.id,
        what=type(data).__name__,
        ce_type=envelope.type,
        sequence=envelope.sequence,
        at=envelope.time,
        placement=data.placement.state,
        needs_person=isinstance(data, NEED_A_PERSON),
        discharged=data.reason if isinstance(data, capacity.PersonDischarged) else None,
        by=_by(data),
        details=_details(data),
    )


def _by(data: capacity.ReferralEvent) -> Actor | None:
    match data:
        case capacity.ReferralAccepted(by=by) | capacity.ReferralDeclined(by=by):
            return Actor(by.subject, by.name, by.role)
    return None


def _details(data: capacity.ReferralEvent) -> dict[str, str]:
    """What the timeline shows beside the fact: the service, as far as it may be named, and why."""
    details = _service(data) | _circumstances(data)
    return {name: value for name, value in details.items() if value}


def _service(data: capacity.ReferralEvent) -> dict[str, str | None]:
    about = getattr(data, "offer", None) or getattr(data, "stay", None)
    if not isinstance(about, capacity.Offer | capacity.Stay):
        return {}
    service = about.service
    return {"service_id": str(service.service_id), "row": service.row, "service": service.name, "code": service.code}


def _circumstances(data: capacity.ReferralEvent) -> dict[str, str | None]:
    match data:
        case capacity.ReferralOffered(offer=offer):
            return {"expires_at": offer.expires_at.isoformat()}
        case capacity.ReferralDeclined(reason=why) | capacity.PersonDischarged(reason=why):
            return {"reason": str(why)}
        case capacity.PlacementWaitlisted(why=none, position=position):
            return {"why": _none(none), "position": str(position)}
        case capacity.PlacementNeedsPerson(why=none, may=may, external=external):
            return {"why": _none(none), "may": ", ".join(may), "external": ", ".join(external)}
    return {}


def _none(why: tuple[capacity.NoPlace, ...]) -> str:
    return "; ".join(f"{none.asked}: {none.reason}" for none in why)
