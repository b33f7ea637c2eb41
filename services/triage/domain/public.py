"""What a reporter may know of a case."""

from contracts.vocabulary import CaseOutcome, CaseState, PublicStatus

HANDED_ON = {CaseOutcome.HANDED_TO_OTHER_AUTHORITY, CaseOutcome.HANDED_TO_DOMICILE_AUTHORITY}

OPENLY = {
    CaseState.AWAITING_DECISION: PublicStatus.BEING_CHECKED,
    CaseState.PLACING: PublicStatus.HELP_BEING_ARRANGED,
    CaseState.WAITING: PublicStatus.HELP_BEING_ARRANGED,
    CaseState.NEEDS_PERSON: PublicStatus.HELP_BEING_ARRANGED,
    CaseState.PLACED: PublicStatus.HELP_GIVEN,
}


def public_status(state: CaseState, outcome: CaseOutcome | None, *, neutral: bool, looked_at: bool) -> PublicStatus:
    """`neutral`: the tracking code may be in the aggressor's hands, so nothing shows but received, being-checked and
    closed. `looked_at`: a person has decided, or must."""
    if state is CaseState.CLOSED:
        told = outcome in HANDED_ON and not neutral
        return PublicStatus.SENT_TO_OTHER_AUTHORITY if told else PublicStatus.CLOSED
    if state is CaseState.OPEN:
        return PublicStatus.BEING_CHECKED if looked_at else PublicStatus.RECEIVED
    return PublicStatus.BEING_CHECKED if neutral else OPENLY[state]
