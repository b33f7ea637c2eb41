"""How a case stands: what is kept of it, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import CaseOutcome, CaseState, Consent, PlacementState, PublicStatus, Urgency
from services.triage.domain.public import public_status
from services.triage.domain.timers import Timers
from services.triage.domain.values import (
    Act,
    Assessment,
    Circumstances,
    Decision,
    Evaluation,
    Person,
    Reason,
    Request,
    Source,
)

NO_CONSENT = {Consent.NOT_ASKED, Consent.REFUSED}


@dataclass(kw_only=True)
class Standing:
    """The last decision counts; before it, the protocol's assessment. `seeking`: a placement was requested, and neither
    called off nor ended since. `placement` mirrors capacity as of `capacity_sequence`. `sequence` counts the facts."""

    id: UUID
    authority: str | None
    opened_at: datetime
    sources: tuple[Source, ...]
    circumstances: Circumstances
    assessment: Assessment
    correlation_id: str
    traceparent: str
    timers: Timers
    state: CaseState = CaseState.OPEN
    decision: Decision | None = None
    seeking: bool = False
    placement: PlacementState | None = None
    capacity_sequence: int = 0
    outcome: CaseOutcome | None = None
    sequence: int = 0

    def seen_by(self, authorities: frozenset[str]) -> bool:
        """A case of no known authority is seen by all."""
        return self.authority is None or self.authority in authorities

    @property
    def urgency(self) -> Urgency:
        return self.decision.choice.urgency if self.decision else self.assessment.urgency

    @property
    def codes(self) -> tuple[str, ...]:
        return self.decision.choice.codes if self.decision else self.assessment.codes

    @property
    def services(self) -> tuple[str, ...]:
        return self.decision.choice.services if self.decision else self.assessment.services

    @property
    def asks(self) -> bool:
        """There is something to ask a center for."""
        return bool(self.codes or self.services)

    @property
    def consent(self) -> Consent | None:
        recorded = self.decision.choice.consent if self.decision else None
        return recorded or self.assessment.consent

    @property
    def evaluation(self) -> Evaluation:
        if self.decision and self.decision.choice.evaluation_done:
            return "done"
        return "after" if self.assessment.evaluation_after else "missing"

    @property
    def legal_act(self) -> Act | None:
        return self.decision.choice.legal_act if self.decision else None

    @property
    def subject(self) -> Person:
        """The person the help is for; one whom nobody described is known by the case's own id."""
        described = (p for p in self.circumstances.people if p.person_id == self.circumstances.subject_id)
        return next(described, Person(self.id))

    @property
    def reasons(self) -> tuple[Reason, ...]:
        if self.urgency is self.assessment.urgency:
            return self.assessment.reasons
        return (*self.assessment.reasons, Reason("decided-by-person", {"level": self.urgency}))

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """Why a person must decide; after the decision, what still keeps its services from being sought. An adult
        is placed with consent only; a child's is not asked here."""
        if not self.decision:
            return self.assessment.doubts
        consent = self.consent
        if self.asks and consent in NO_CONSENT and not self.subject.child:
            return (Reason("consent-not-given", {"consent": str(consent)}),)
        return ()

    @property
    def request(self) -> Request | None:
        """What a place may be sought for as things stand; null where nothing may."""
        if not self.asks or self.doubts or self.urgency is Urgency.U5:
            return None
        return Request(
            urgency=self.urgency,
            codes=self.codes,
            services=self.services,
            party=(self.subject,),
            consent=self.consent,
            evaluation=self.evaluation,
            legal_act=self.legal_act,
        )

    @property
    def placement_lives(self) -> bool:
        """Capacity still seeks, or keeps, a place that nobody has arrived at."""
        return self.seeking and self.placement is not PlacementState.PLACED

    @property
    def public_status(self) -> PublicStatus:
        looked_at = self.decision is not None or bool(self.doubts)
        return public_status(self.state, self.outcome, neutral=self.assessment.neutral, looked_at=looked_at)
