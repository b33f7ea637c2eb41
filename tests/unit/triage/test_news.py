"""What a case makes of capacity's events."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import capacity
from contracts.base import Actor
from contracts.vocabulary import OfferState, PlacementState, ServiceKind, StayEndReason, StayState, Urgency
from services.triage.news import of_referral
from shared.envelope import Received
from tests.unit.triage.building import NOW, envelope

SERVICE = capacity.ServiceRef(
    service_id=uuid4(),
    kind=ServiceKind.PLACES,
    code="8790 CR-PFA-II",
    confidential=False,
    row="S2-10",
    name="Adăpost de noapte",
    authority="S2",
)
NAMELESS = SERVICE.model_copy(update={"confidential": True, "row": None, "name": None})
OFFER = capacity.Offer(
    offer_id=uuid4(),
    round=1,
    service=SERVICE,
    state=OfferState.OFFERED,
    offered_at=NOW,
    expires_at=NOW + timedelta(minutes=30),
    ended_at=None,
)
STAY = capacity.Stay(
    stay_id=uuid4(),
    service=SERVICE,
    state=StayState.OCCUPIED,
    arrival_due=None,
    admitted_at=NOW,
    ended_at=None,
    end_reason=None,
)
BY = Actor(subject="c-1", name="Centru", role="center_staff")
WHY = ({"asked": "8790 CR-PFA-II", "reason": "all-full"},)


def received(model: type[capacity.ReferralEvent], state: PlacementState, **fact: Any) -> Received[Any]:
    placement = capacity.Placement(
        case_id=uuid4(),
        authority="S2",
        state=state,
        urgency=Urgency.U1,
        round=1,
        offer=None,
        stay=None,
        waiting_since=None,
    )
    return Received(envelope(model.ce_type, sequence=7), model(placement=placement, **fact))


def test_news_carries_the_placements_state_and_its_number() -> None:
    event = received(capacity.ReferralOffered, PlacementState.OFFERED, offer=OFFER)
    news = of_referral(event)
    assert (news.placement, news.sequence, news.what) == (PlacementState.OFFERED, 7, "ReferralOffered")
    assert (news.event_id, news.at) == (event.envelope.id, event.envelope.time)


@pytest.mark.parametrize(
    ("event", "asks"),
    [
        (received(capacity.PersonNotArrived, PlacementState.SEARCHING, stay=STAY), True),
        (
            received(
                capacity.PlacementNeedsPerson, PlacementState.NEEDS_PERSON, why=WHY, may=["hospital"], external=[]
            ),
            True,
        ),
        (received(capacity.ReferralExpired, PlacementState.SEARCHING, offer=OFFER), False),
    ],
)
def test_some_news_asks_for_a_person(event: Received[Any], asks: bool) -> None:
    assert of_referral(event).needs_person is asks


def test_a_discharge_says_why() -> None:
    event = received(capacity.PersonDischarged, PlacementState.ENDED, stay=STAY, reason=StayEndReason.HOSPITAL)
    assert of_referral(event).discharged is StayEndReason.HOSPITAL


def test_an_answer_says_whose_it_is_and_why() -> None:
    event = received(capacity.ReferralDeclined, PlacementState.SEARCHING, offer=OFFER, reason="no-place", by=BY)
    news = of_referral(event)
    assert news.by is not None
    assert news.by.name == "Centru"
    assert news.details is not None
    assert news.details["reason"] == "no-place"
    assert news.details["service"] == "Adăpost de noapte"


def test_a_confidential_service_has_no_name_in_the_timeline() -> None:
    offer = OFFER.model_copy(update={"service": NAMELESS})
    details = of_referral(received(capacity.ReferralOffered, PlacementState.OFFERED, offer=offer)).details
    assert details is not None
    assert set(details) == {"service_id", "code", "expires_at"}


def test_waiting_says_where_and_why() -> None:
    event = received(capacity.PlacementWaitlisted, PlacementState.WAITING, why=WHY, position=3)
    assert of_referral(event).details == {"why": "8790 CR-PFA-II: all-full", "position": "3"}
