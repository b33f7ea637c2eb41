"""What a reporter may know."""

import pytest

from contracts.vocabulary import CaseOutcome, CaseState, PublicStatus
from services.triage.domain.public import public_status

NEUTRAL = {PublicStatus.RECEIVED, PublicStatus.BEING_CHECKED, PublicStatus.CLOSED}
HANDED = CaseOutcome.HANDED_TO_OTHER_AUTHORITY

TABLE = [
    # state, outcome, looked at → told openly, told neutrally
    (CaseState.OPEN, None, False, "received", "received"),
    (CaseState.OPEN, None, True, "being-checked", "being-checked"),
    (CaseState.AWAITING_DECISION, None, True, "being-checked", "being-checked"),
    (CaseState.PLACING, None, False, "help-being-arranged", "being-checked"),
    (CaseState.PLACING, None, True, "help-being-arranged", "being-checked"),
    (CaseState.WAITING, None, True, "help-being-arranged", "being-checked"),
    (CaseState.NEEDS_PERSON, None, True, "help-being-arranged", "being-checked"),
    (CaseState.PLACED, None, True, "help-given", "being-checked"),
    (CaseState.CLOSED, CaseOutcome.PLACED, True, "closed", "closed"),
    (CaseState.CLOSED, HANDED, True, "sent-to-other-authority", "closed"),
    (CaseState.CLOSED, CaseOutcome.HANDED_TO_DOMICILE_AUTHORITY, False, "sent-to-other-authority", "closed"),
]


@pytest.mark.parametrize(("state", "outcome", "looked_at", "openly", "neutrally"), TABLE)
def test_the_public_status(
    state: CaseState, outcome: CaseOutcome | None, looked_at: bool, openly: str, neutrally: str
) -> None:
    assert public_status(state, outcome, neutral=False, looked_at=looked_at) == openly
    assert public_status(state, outcome, neutral=True, looked_at=looked_at) == neutrally


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("outcome", CaseOutcome)
@pytest.mark.parametrize("looked_at", [True, False])
def test_a_neutral_case_shows_three_words_only(state: CaseState, outcome: CaseOutcome, looked_at: bool) -> None:
    assert public_status(state, outcome, neutral=True, looked_at=looked_at) in NEUTRAL
