"""The main job, told as its people see it."""

from collections.abc import Callable

from tests.e2e import situations
from tests.e2e.events import Event, sequences
from tests.e2e.people import Caseworker, Center, Citizen, Operator
from tests.e2e.stack import Stack

CENTERS = Callable[[str], Center]


async def test_a_report_flows_to_an_accepted_offer_an_admission_and_a_discharge(
    stack: Stack, citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.disabled_adult_without_carer(), relation="relative")
    case_id = await caseworker.case_of(report.report_id)
    await caseworker.sees(case_id, "awaiting-decision")
    await citizen.sees(report, "being-checked")

    home = center("S2-2")
    free = (await home.counts())["free"]
    await caseworker.decide(case_id, "U2", "8790 CR-D-I", note="Rămas singur; merge la centru.")
    offer_id = await home.offer_for(case_id)
    assert (await home.counts())["free"] == free - 1
    await citizen.sees(report, "help-being-arranged")

    stay_id = await home.accept(offer_id)
    await home.admit(stay_id)
    await caseworker.sees(case_id, "placed")
    await citizen.sees(report, "help-given")

    await home.discharge(stay_id, "discharged-family")
    assert (await caseworker.sees(case_id, "closed"))["outcome"] == "placed"
    await citizen.sees(report, "closed")
    assert (await home.counts())["free"] == free

    story = [event for event in await stack.events() if event.correlation_id == report.report_id]
    assert names(story, "reports.report") == ["ReportSubmitted"]
    assert names(story, "triage.case") == [
        "CaseOpened",
        "CaseTriaged",
        "PlacementRequested",
        "CaseStatusChanged",  # offered
        "CaseStatusChanged",  # reserved
        "CaseStatusChanged",  # placed
        "CaseClosed",
    ]
    assert names(story, "capacity.referral") == [
        "ReferralOffered",
        "ReferralAccepted",
        "PersonAdmitted",
        "PersonDischarged",
    ]
    assert {event.trace_id for event in story} == {report.trace_id}


async def test_every_event_is_a_cloud_event_and_no_sequence_has_a_gap(
    stack: Stack, citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.lonely_pensioner(), relation="self")
    case_id = await caseworker.case_of(report.report_id)
    await center("S2-13").accept(await center("S2-13").offer_for(case_id))

    events = await stack.events()
    assert {event.topic for event in events} >= {
        "reports.report",
        "triage.case",
        "capacity.referral",
        "capacity.service",
    }
    for event in events:
        assert event.headers["ce_specversion"] == "1.0"
        assert event.headers["content-type"] == "application/json"
        assert event.headers["ce_source"] == f"/punte/{event.topic.split('.')[0]}"
        assert event.headers["ce_subject"] == event.key
    for place, numbers in sequences(events).items():
        assert numbers == list(range(1, len(numbers) + 1)), place


async def test_a_planned_need_is_offered_a_place_without_anybody_deciding(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.lonely_pensioner(), relation="self")
    case_id = await caseworker.case_of(report.report_id)
    await center("S2-13").offer_for(case_id)
    case = await caseworker.sees(case_id, "placing")
    assert case["urgency"] == "U4"
    assert case["decided_by"] is None
    assert all(reason["ro"] and reason["en"] for reason in case["reasons"])
    await citizen.sees(report, "help-being-arranged")


async def test_a_call_becomes_a_case_and_the_operator_sees_what_became_of_it(
    stack: Stack, operator: Operator, caseworker: Caseworker, center: CENTERS
) -> None:
    call_id = await operator.log_call("elderly-s2", "about-self", situations.lonely_pensioner(), relation="self")
    case_id = await caseworker.case_of(call_id)
    await center("S2-13").offer_for(case_id)
    await operator.sees(call_id, "placing")
    story = [event for event in await stack.events() if event.correlation_id == call_id]
    assert names(story, "hotline.call") == ["CallLogged"]
    assert names(story, "capacity.referral") == ["ReferralOffered"]
    assert len({event.trace_id for event in story}) == 1


async def test_a_silent_call_is_kept_and_opens_no_case(
    stack: Stack, operator: Operator, caseworker: Caseworker
) -> None:
    silent = await operator.log_call("child-119", "silent", None)
    spoken = await operator.log_call("child-119", "about-other", None)
    assert (await operator.call(silent))["call_type"] == "silent"
    await caseworker.sees(await caseworker.case_of(spoken), "awaiting-decision")
    await stack.handled("triage", await stack.event_id("hotline", silent))
    assert await caseworker.cases(source_id=silent) == []


async def test_a_report_with_nothing_to_place_stays_open(citizen: Citizen, caseworker: Caseworker) -> None:
    report = await citizen.report(situations.pothole())
    case = await caseworker.sees(await caseworker.case_of(report.report_id), "open")
    assert (case["urgency"], case["placement"]) == ("U5", None)


def names(events: list[Event], topic: str) -> list[str]:
    return [event.name for event in events if event.topic == topic]
