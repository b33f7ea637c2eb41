"""An expectation that is not met is named by its key."""

from typing import Any

import pytest

from deploy.demo.expectations import Seen, unmet

HISTORY = [
    {"what": "ReferralOffered", "details": {"service_id": "1", "row": "S2-6", "service": "Cireșarii", "code": "A"}},
    {"what": "ReferralExpired", "details": {"service_id": "1", "row": "S2-6"}},
    {"what": "PlacementNeedsPerson", "details": {"why": "A: none-fits; B: none-fits", "external": "helpline, other"}},
]
CASE = {
    "urgency": "U1",
    "state": "needs-person",
    "outcome": None,
    "public_status": "being-checked",
    "response": {"who_goes": "mobile-team"},
    "service_codes": ["A", "B"],
    "decided_by": {"name": "Ana"},
    "history": HISTORY,
}
OFFER = {"row": "S2-6", "code": "A", "service_name": "Cireșarii", "state": "expired"}
PLACEMENT = {"state": "needs-person", "offers": [OFFER], "stays": [{"state": "ended", "end_reason": "offer-expired"}]}
SEEN = Seen(1, CASE, PLACEMENT, {"urgency-needs-a-person"})


@pytest.mark.parametrize(
    ("key", "met", "not_met"),
    [
        ("urgency", ["U1", "U2"], ["U2", "U3"]),
        ("response", "mobile-team", "police"),
        ("codes_first", "A", "B"),
        ("offered_row", "S2-6", "S2-7"),
        ("offers", ["S2-6 expired"], ["S2-6 accepted"]),
        ("never", ["S2-7", "B"], ["S2-7", "A"]),
        ("no_placement", False, True),
        ("placement", "needs-person", "waiting"),
        ("stay", "offer-expired", "occupied"),
        ("automatic", False, True),
        ("confidential", False, True),
        ("no_place_reason", "none-fits", "all-full"),
        ("external", "helpline", "hospital"),
        ("after_offer_limit", "person-asked", "nothing"),
        ("case_stays_open", True, False),
        ("state", "needs-person", "placed"),
        ("outcome", None, "placed"),
        ("doubts", ["urgency-needs-a-person"], ["need-not-known"]),
        ("cases", 1, 2),
        ("no_case", False, True),
    ],
)
def test_an_unmet_key_is_named(key: str, met: Any, not_met: Any) -> None:
    assert unmet({key: met}, SEEN) == []
    assert unmet({key: not_met}, SEEN) == [key]
