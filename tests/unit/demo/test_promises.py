"""A sound story keeps all five promises; one spoiled row breaks the promise it belongs to."""

from dataclasses import replace
from datetime import datetime

import pytest

from deploy.demo.evidence import Evidence, Record, Row
from deploy.demo.judgement import judge
from deploy.demo.promises import confidence, deadlines, exclusivity, nothing_lost, reasons
from deploy.demo.promises.exclusivity import most_at_once
from tests.unit.demo.stage import (
    CASE,
    CONFIDENTIAL,
    NAME,
    PHONE,
    PLACE,
    REPORT,
    STAY,
    after,
    clock,
    event,
    explained,
    offer,
    sound,
    stay,
    with_records,
    with_rows,
)


@pytest.fixture
def evidence() -> Evidence:
    return sound()


def test_a_sound_story_keeps_all_five_promises(evidence: Evidence) -> None:
    assert [verdict.broken for verdict in judge(evidence)] == [[], [], [], [], []]


# 1: nothing is lost


def test_an_answer_without_its_row_is_a_loss(evidence: Evidence) -> None:
    assert not nothing_lost.check(with_rows(evidence, "reports", "report")).held


def test_a_row_that_nobody_was_answered_for_is_told(evidence: Evidence) -> None:
    assert not nothing_lost.check(replace(evidence, taken=[])).held


def test_a_report_without_a_case_is_a_loss(evidence: Evidence) -> None:
    assert not nothing_lost.check(with_rows(evidence, "triage", "source")).held


def test_two_cases_of_one_report_are_one_too_many(evidence: Evidence) -> None:
    source = {"source_id": REPORT, "case_id": CASE}
    assert not nothing_lost.check(with_rows(evidence, "triage", "source", source, source)).held


def test_a_call_that_opens_no_case_is_no_loss(evidence: Evidence) -> None:
    silent = replace(evidence.taken[0], opens_case=False)
    spoiled = with_rows(with_rows(evidence, "triage", "source"), "triage", "case_file")
    assert nothing_lost.check(replace(spoiled, taken=[silent])).held


def test_a_state_that_nobody_knows_is_told(evidence: Evidence) -> None:
    lost = {"id": CASE, "state": "limbo", "reasons": []}
    assert not nothing_lost.check(with_rows(evidence, "triage", "case_file", lost)).held


def test_an_event_that_was_never_published_is_a_loss(evidence: Evidence) -> None:
    row = {**evidence.rows("reports", "outbox")[0], "published_at": None}
    assert not nothing_lost.check(with_rows(evidence, "reports", "outbox", row)).held


def test_an_event_marked_as_published_and_in_no_topic_is_a_loss(evidence: Evidence) -> None:
    row = {**evidence.rows("reports", "outbox")[0], "event_id": "gone"}
    assert not nothing_lost.check(with_rows(evidence, "reports", "outbox", row)).held


def test_a_gap_in_the_events_of_a_case_is_a_loss(evidence: Evidence) -> None:
    assert not nothing_lost.check(with_records(evidence, event("triage.case", "CaseClosed", CASE, 4))).held


def test_an_event_that_came_twice_is_none_lost(evidence: Evidence) -> None:
    assert nothing_lost.check(with_records(evidence, evidence.records[1])).held


@pytest.mark.parametrize("sign", ["record", "row"])
def test_a_dead_letter_is_told(evidence: Evidence, sign: str) -> None:
    letter = with_records(evidence, event("reports.report.triage.dlq", "ReportSubmitted", REPORT, 1))
    row = with_rows(evidence, "triage", "inbox", {"id": "x", "state": "dead"})
    assert not nothing_lost.check(letter if sign == "record" else row).held


def test_a_dead_letter_that_was_replayed_is_none_lost(evidence: Evidence) -> None:
    letter = event("reports.report.triage.dlq", "ReportSubmitted", REPORT, 1)
    tombstone = replace(letter, offset=2, headers={}, value="")
    buried = {"event_id": "other", "topic": letter.topic, "created_at": after(1), "published_at": after(2)}
    row = with_rows(evidence, "triage", "outbox", buried)
    row = with_rows(row, "triage", "inbox", {"id": "x", "state": "handled"})
    assert nothing_lost.check(with_records(row, letter, tombstone)).held


def test_what_no_service_sent_is_no_event(evidence: Evidence) -> None:
    garbage = Record("triage.case", 0, 99, "", {}, "garbage")
    assert all(verdict.held for verdict in judge(with_records(evidence, garbage)))


# 2: no place is given twice


@pytest.mark.parametrize(
    ("ends", "most"),
    [
        ([(0, 5), (5, 9)], 1),
        ([(0, 5), (4, 9)], 2),
        ([(0, None), (3, 3)], 1),
        ([(0, None), (3, None), (4, 5)], 3),
        ([], 0),
    ],
)
def test_stays_of_a_place_are_counted_at_every_instant(ends: list[tuple[int, int | None]], most: int) -> None:
    stays = [stay(after(began), None if ended is None else after(ended)) for began, ended in ends]
    assert most_at_once(stays) == most


def test_a_place_given_twice_is_told_even_when_both_have_left(evidence: Evidence) -> None:
    stays = stay(after(0), after(9)), stay(after(8), after(12))
    empty = {"id": PLACE, "free_since": after(12), "out_of_service": None}
    told = with_rows(with_rows(evidence, "capacity", "stay", *stays), "capacity", "place", empty)
    assert not exclusivity.check(told).held


@pytest.mark.parametrize("free_since", [None, after(1)])
def test_a_ledger_that_contradicts_the_stays_is_told(evidence: Evidence, free_since: datetime | None) -> None:
    place = {"id": PLACE, "free_since": free_since, "out_of_service": None}
    stays = () if free_since is None else (stay(after(0), None),)
    told = with_rows(with_rows(evidence, "capacity", "place", place), "capacity", "stay", *stays)
    assert not exclusivity.check(told).held


# 3: the program explains


def test_an_urgency_without_a_reason_is_told(evidence: Evidence) -> None:
    mute = {"id": CASE, "state": "placing", "reasons": []}
    assert not reasons.check(with_rows(evidence, "triage", "case_file", mute)).held


def test_an_offer_without_a_search_is_told(evidence: Evidence) -> None:
    assert not reasons.check(with_rows(evidence, "capacity", "search")).held


def search(*services: object) -> Row:
    return {"case_id": CASE, "round": 1, "explanation": {"asked": ["8790 CR-C-II"], "services": list(services)}}


def test_a_service_that_was_asked_for_and_not_named_is_told(evidence: Evidence) -> None:
    chosen = evidence.rows("capacity", "search")[0]["explanation"]["services"][0]
    assert not reasons.check(with_rows(evidence, "capacity", "search", search(chosen))).held


def test_a_refusal_without_a_failed_check_is_told(evidence: Evidence) -> None:
    chosen, refused = evidence.rows("capacity", "search")[0]["explanation"]["services"]
    unexplained = refused | {"checks": []}
    assert not reasons.check(with_rows(evidence, "capacity", "search", search(chosen, unexplained))).held


def test_an_offer_of_another_service_than_the_chosen_one_is_told(evidence: Evidence) -> None:
    other = explained(REPORT, "S2-6", "chosen", ok=True)
    _, refused = evidence.rows("capacity", "search")[0]["explanation"]["services"]
    assert not reasons.check(with_rows(evidence, "capacity", "search", search(other, refused))).held


# 4: nobody sees more


@pytest.mark.parametrize("secret", [NAME, NAME.upper(), PHONE, CONFIDENTIAL])
def test_a_secret_in_a_topic_is_told(evidence: Evidence, secret: str) -> None:
    leak = event("triage.case", "CaseTriaged", CASE, 3, {"note": f"vezi {secret}"})
    assert not confidence.check(with_records(evidence, leak)).held


@pytest.mark.parametrize("secret", [PHONE, CONFIDENTIAL, r"Centrul \u201e\u021a\u0103rmul\u201d"])
def test_a_secret_in_a_log_is_told_in_whatever_way_it_is_written(evidence: Evidence, secret: str) -> None:
    assert not confidence.check(replace(evidence, logs={"capacity.log": f'{{"event": "{secret}"}}'})).held


@pytest.mark.parametrize("value", [{"who": {"name": NAME}}, [NAME], NAME.encode()])
def test_a_secret_in_any_column_of_another_database_is_told(evidence: Evidence, value: object) -> None:
    row = {"source_id": REPORT, "case_id": CASE, "content": value}
    assert not confidence.check(with_rows(evidence, "triage", "source", row)).held


def test_a_search_that_would_find_nothing_anywhere_proves_nothing(evidence: Evidence) -> None:
    assert not confidence.check(with_rows(evidence, "reports", "reporter")).held


# 5: no deadline passes unnoticed


@pytest.mark.parametrize(
    "late",
    [
        clock(due=after(6)),
        clock(due=after(6), fired=after(11.5)),
        clock(due=after(6), fired=after(5)),
        clock(due=after(6), stopped=after(12)),
        clock(due=after(58), stopped=after(59)),
    ],
    ids=["never", "too-late", "too-early", "stopped-too-late", "stopped-and-fired"],
)
def test_a_clock_of_a_case_that_went_wrong_is_told(evidence: Evidence, late: Row) -> None:
    assert not deadlines.check(with_rows(evidence, "triage", "case_clock", late)).held


@pytest.mark.parametrize(
    ("arrival", "events", "held"),
    [
        ({"arrival_due": after(6), "overdue_at": after(6.4)}, 1, True),
        ({"arrival_due": after(6), "overdue_at": after(6.4), "admitted_at": after(40)}, 1, True),
        ({"arrival_due": after(6), "admitted_at": after(5)}, 0, True),
        ({"arrival_due": after(6)}, 0, False),
        ({"arrival_due": after(6), "overdue_at": after(12)}, 1, False),
        ({"arrival_due": after(6), "overdue_at": after(6.4)}, 0, False),
        ({"arrival_due": after(6), "overdue_at": after(6.4)}, 2, False),
    ],
    ids=["late", "late-and-there", "in-time", "unnoticed", "noticed-late", "told-nobody", "told-twice"],
)
def test_a_late_arrival_is_told_to_a_person_once(
    evidence: Evidence, arrival: dict[str, datetime | None], events: int, held: bool
) -> None:
    placement = {"state": "reserved", "stay": {"stay_id": str(STAY)}}
    told = [
        event("capacity.referral", "PlacementNeedsPerson", CASE, number, {"placement": placement}, at=after(6.4))
        for number in range(events)
    ]
    story = with_rows(evidence, "capacity", "stay", stay(after(0), None, **arrival))
    assert deadlines.check(with_records(story, *told)).held == held


def test_a_clock_with_two_effects_is_told(evidence: Evidence) -> None:
    again = event("triage.case", "CaseEscalated", CASE, 3, {"case": {"case_id": str(CASE)}, "clock": "first-response"})
    assert not deadlines.check(with_records(evidence, again)).held


def test_an_expiry_that_was_published_twice_by_the_broker_is_one_effect(evidence: Evidence) -> None:
    assert deadlines.check(with_records(evidence, evidence.records[2])).held


@pytest.mark.parametrize(
    "late",
    [offer(after(4), None, "offered"), offer(after(4), after(5), "expired"), offer(after(4), after(10))],
    ids=["still-offered", "expired-in-silence", "answered-too-late"],
)
def test_an_offer_whose_clock_went_wrong_is_told(evidence: Evidence, late: Row) -> None:
    assert not deadlines.check(with_rows(evidence, "capacity", "offer", late)).held


def test_a_center_that_nobody_asked_again_in_time_is_told(evidence: Evidence) -> None:
    waiting = {"case_id": CASE, "search_again_at": after(50)}
    assert not deadlines.check(with_rows(evidence, "capacity", "placement", waiting)).held


def test_a_clock_that_has_just_run_out_is_not_late_yet(evidence: Evidence) -> None:
    running = with_rows(evidence, "capacity", "offer", offer(after(57), None, "offered"))
    assert deadlines.check(running).held


def test_what_happened_after_the_instant_of_judgement_is_left_out(evidence: Evidence) -> None:
    fired = with_rows(evidence, "triage", "case_clock", clock(due=after(59), fired=after(61)))
    early = replace(fired, records=fired.records[:2])
    escalated = {"case": {"case_id": str(CASE)}, "clock": "first-response"}
    late = event("triage.case", "CaseEscalated", CASE, 2, escalated, at=after(61))
    assert deadlines.check(with_records(early, late)).held
