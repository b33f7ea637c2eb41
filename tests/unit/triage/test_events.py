"""What others read of a case."""

from contracts import triage
from contracts.vocabulary import CaseState, PublicStatus
from services.triage import events
from services.triage.domain.case import Case
from tests.unit.triage.building import (
    BEATEN_CHILD,
    NOW,
    SLEEPS_IN_FROST,
    TRACE,
    WANTS_A_CLUB,
    decide,
    just_opened,
    opened,
)

NAMED = {"role": "subject", "name": "Elena Ionescu", "age": 76, "sex": "f"}


def published(case: Case) -> list[triage.CaseEvent]:
    return [events.event(recorded) for recorded in case.recorded]


def request(case: Case) -> triage.PlacementRequest:
    return next(event.request for event in published(case) if isinstance(event, triage.PlacementRequested))


def test_events_are_numbered_and_carry_the_trace_of_the_first_source() -> None:
    case = just_opened(WANTS_A_CLUB)
    outgoing = events.outgoing(case)
    assert [(one.key, one.sequence) for one in outgoing] == [(str(case.id), n) for n in (1, 2, 3)]
    assert {(one.correlation_id, one.traceparent) for one in outgoing} == {("correlation", TRACE)}


def test_an_event_carries_the_state_of_its_moment() -> None:
    case = just_opened(WANTS_A_CLUB)
    first, *_, last = published(case)
    assert (first.case.state, first.case.public_status) == (CaseState.OPEN, PublicStatus.RECEIVED)
    assert (last.case.state, last.case.public_status) == (CaseState.PLACING, PublicStatus.HELP_BEING_ARRANGED)


def test_names_travel_with_the_request_only() -> None:
    opened_, triaged, requested = published(just_opened(WANTS_A_CLUB | {"people": [NAMED]}))
    assert isinstance(requested, triage.PlacementRequested)
    assert [member.name for member in requested.request.party] == ["Elena Ionescu"]
    for event in (opened_, triaged):
        assert "Ionescu" not in event.model_dump_json()
    assert "Ionescu" not in requested.case.model_dump_json()


def test_the_narrative_goes_no_further() -> None:
    case = just_opened(BEATEN_CHILD | {"narrative": "Se aude plâns.", "aggressor": {"description": "tatăl vitreg"}})
    text = "".join(event.model_dump_json() for event in published(case))
    assert "plâns" not in text
    assert "vitreg" not in text


def test_the_party_is_known_by_the_pseudonym_of_the_case() -> None:
    case = just_opened(WANTS_A_CLUB)
    assert [member.person_id for member in request(case).party] == [case.circumstances.subject_id]


def test_a_request_says_whom_it_is_for_and_who_could_be_telephoned() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    asked = request(case)
    assert (asked.need, asked.target) == ("homeless-adult", "homeless-adult")
    assert asked.external == ("dgasmb-social-emergency",)
    assert asked.evaluation == "missing"


def test_reasons_and_doubts_are_sentences_in_both_languages() -> None:
    case = just_opened(SLEEPS_IN_FROST)
    told = published(case)[0].case
    assert told.needs_decision[0].ro == "La U1 confirmă întâi un om."
    assert told.needs_decision[0].en == "At U1 a person confirms first."
    assert all(reason.ro and reason.en for reason in told.reasons)


def test_a_decision_names_who_decided() -> None:
    case = opened(SLEEPS_IN_FROST)
    decide(case)
    triaged = published(case)[0]
    assert isinstance(triaged, triage.CaseTriaged)
    assert triaged.decided_by is not None
    assert triaged.decided_by.name == "Ana Pop"
    assert triaged.case.decided_by == triaged.decided_by


def test_an_escalation_says_which_clock_and_how_late() -> None:
    case = opened(SLEEPS_IN_FROST)
    due = min(timer.due_at for timer in case.timers.values())
    case.escalate(due)
    [event] = published(case)
    assert isinstance(event, triage.CaseEscalated)
    assert (event.clock, event.due, event.late_seconds) == ("first-response", due, 0.0)
    assert event.case.opened_at == NOW
