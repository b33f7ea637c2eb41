"""How a case follows its placement: what capacity says → where the case stands."""

from contracts.vocabulary import CaseOutcome, CaseState, PlacementState, StayEndReason
from services.triage.domain.values import News

HAS_PLACE = {PlacementState.RESERVED, PlacementState.PLACED}

STATES = {
    PlacementState.SEARCHING: CaseState.PLACING,
    PlacementState.OFFERED: CaseState.PLACING,
    PlacementState.RESERVED: CaseState.PLACING,
    PlacementState.WAITING: CaseState.WAITING,
    PlacementState.NEEDS_PERSON: CaseState.NEEDS_PERSON,
    PlacementState.PLACED: CaseState.PLACED,
}

OUTCOMES = {
    StayEndReason.PLACED_WITH_KIN: CaseOutcome.PLACED_WITH_KIN,
    StayEndReason.HOSPITAL: CaseOutcome.HOSPITAL,
    StayEndReason.DECEASED: CaseOutcome.DECEASED,
}


def state_after(news: News, current: CaseState, *, seeking: bool) -> CaseState:
    """Where an open case stands after the newest word of capacity. Of a search that was called off only an arrival or a
    departure counts."""
    if news.discharged is not None:
        return CaseState.NEEDS_PERSON if news.discharged is StayEndReason.LEFT_ON_OWN else CaseState.CLOSED
    if news.placement is PlacementState.PLACED:
        return CaseState.PLACED
    if not seeking:
        return current
    return CaseState.NEEDS_PERSON if news.needs_person else STATES.get(news.placement, current)


def outcome_of(reason: StayEndReason) -> CaseOutcome:
    """Of a case that ended with a stay."""
    return OUTCOMES.get(reason, CaseOutcome.PLACED)
