"""What people send."""

import re
from typing import Annotated, Any

from fastapi import Body
from pydantic import Field, StringConstraints

from contracts.base import Flag, Model, Storable
from contracts.triage import LegalActRecord
from contracts.vocabulary import CaseOutcome, Consent, Urgency
from services.triage.domain.values import Act, Choice, Ending

CODE = r"[0-9]{4} [A-Z]+(-[A-Z]+)*"
ROW = r"S[0-9]-[A-Z]?[0-9]+"

Note = Annotated[str, StringConstraints(max_length=2_000, strip_whitespace=True), Storable]
Row = Annotated[str, StringConstraints(pattern=f"^{ROW}$")]
CodeOrRow = Annotated[str, StringConstraints(pattern=f"^({CODE}|{ROW})$")]


class DecisionBody(Model):
    """Exactly what is named is sought, in this order; a row of the directory may stand among the codes. `note` is the
    reason: required for a child's placement, and where the decision departs from the proposal."""

    urgency: Urgency
    service_codes: tuple[CodeOrRow, ...] = Field(max_length=20, description="coduri HG 867/2015 sau rânduri (S2-38)")
    services: tuple[Row, ...] = Field(default=(), max_length=20, description="rânduri ale directorului (S2-38)")
    note: Note = ""
    consent: Consent | None = None
    evaluation_done: Flag | None = None
    legal_act: LegalActRecord | None = None

    def choice(self) -> Choice:
        asked = dict.fromkeys((*self.service_codes, *self.services))
        rows = tuple(one for one in asked if re.fullmatch(ROW, one))
        act = self.legal_act
        return Choice(
            urgency=self.urgency,
            codes=tuple(one for one in asked if one not in rows),
            services=rows,
            note=self.note,
            consent=self.consent,
            evaluation_done=self.evaluation_done,
            legal_act=Act(act.kind, act.number, act.date, act.issuer, act.until) if act else None,
        )


class ClosingBody(Model):
    outcome: CaseOutcome
    note: Note = ""

    def ending(self) -> Ending:
        return Ending(self.outcome, self.note)


def _examples(**examples: tuple[str, dict[str, Any]]) -> Any:
    return Body(openapi_examples={name: {"summary": text, "value": body} for name, (text, body) in examples.items()})


DecisionExamples = _examples(
    adult=(
        "Adult fără adăpost, a acceptat să meargă",
        {
            "urgency": "U1",
            "service_codes": ["8790 CR-PFA-II"],
            "note": "Merge la adăpost la noapte.",
            "consent": "given",
        },
    ),
    child=(
        "Copil care nu poate rămâne acasă",
        {
            "urgency": "U1",
            "service_codes": ["8790 SF-C", "8790 CR-C-II"],
            "note": "Urme de lovituri; mama nu îl poate proteja.",
            "legal_act": {"kind": "director-disposition", "number": "418", "date": "2026-01-15T09:00:00+02:00"},
        },
    ),
    nothing=("Nu este nevoie de loc", {"urgency": "U3", "service_codes": [], "note": "Bunica îl ia la ea."}),
)

ClosingExamples = _examples(
    safe=("Copilul este în siguranță", {"outcome": "safe-at-home", "note": "Vizită la domiciliu, fără semne."}),
    elsewhere=("Ține de alt sector", {"outcome": "handed-to-other-authority", "note": "Predat la Sector 3."}),
)
