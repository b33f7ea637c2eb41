import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import contracts
from contracts import triage
from contracts.vocabulary import LegalAct
from services.capacity.consumers import wanted
from shared.envelope import Envelope, Received

EXAMPLES = Path(contracts.__file__).parent / "examples"


def received(model: type[triage.CaseEvent], **request: Any) -> Received[triage.CaseEvent]:
    """A frozen example as it comes from the topic, with another request."""
    path = next((EXAMPLES / model.ce_type).glob("*.json"))
    event = model.model_validate(json.loads(path.read_text("utf-8"))["value"])
    if isinstance(event, triage.PlacementRequested):
        event = event.model_copy(update={"request": event.request.model_copy(update=request)})
    envelope = Envelope(uuid4(), model.ce_type, "/punte/triage", "key", datetime.now(UTC), 7, "report-1", "trace")
    return Received(envelope, event)


def test_a_request_is_what_triage_says() -> None:
    event = received(triage.PlacementRequested)
    assert isinstance(event.data, triage.PlacementRequested)
    said, heard = event.data.request, wanted(event)
    assert heard.request is not None
    assert (heard.case_id, heard.sequence, heard.correlation_id) == (event.data.case.case_id, 7, "report-1")
    assert heard.urgency == heard.request.urgency == said.urgency
    assert heard.request.asked == (*said.codes, *said.services)
    assert said.party
    assert [(p.person_id, p.name, p.age, p.sex) for p in heard.request.party] == [
        (p.person_id, p.name, p.age, p.sex) for p in said.party
    ]


def test_a_party_of_nobody_is_somebody_unknown() -> None:
    heard = wanted(received(triage.PlacementRequested, party=()))
    assert heard.request is not None
    assert [person.youngest for person in heard.request.party] == [None]


@pytest.mark.parametrize("act", [None, triage.LegalActRecord(kind=LegalAct.COURT_ORDINANCE)])
def test_a_legal_act_is_known_by_its_kind(act: triage.LegalActRecord | None) -> None:
    heard = wanted(received(triage.PlacementRequested, legal_act=act))
    assert heard.request is not None
    assert heard.request.legal_act == (act and act.kind)


def test_a_cancellation_asks_for_nothing() -> None:
    assert wanted(received(triage.PlacementCancelled)).request is None
