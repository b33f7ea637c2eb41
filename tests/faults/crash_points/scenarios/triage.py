"""Cases: they open, are decided, follow capacity, are late, and close."""

from datetime import timedelta
from uuid import UUID

from contracts import capacity
from contracts.vocabulary import PlacementState
from tests.faults.crash_points.acts import Act, Hearing, Request, Sweeping
from tests.faults.crash_points.scenario import dies
from tests.faults.crash_points.stage import Stage
from tests.integration.triage.playing import open_case, referral
from tests.unit.triage.building import BEATEN_CHILD, SLEEPS_IN_FROST, WANTS_A_CLUB, call, report

NOTE = {"note": "Verificat."}


@dies("triage hears reports_submitted")
async def reports_of_several_people(_: Stage) -> Act:
    return Hearing.of(report(WANTS_A_CLUB), report(BEATEN_CHILD), report(SLEEPS_IN_FROST))


@dies("triage hears calls_logged")
async def calls_of_several_people(_: Stage) -> Act:
    return Hearing.of(call(WANTS_A_CLUB), call(BEATEN_CHILD), call(None))


@dies("triage hears placements_changed")
async def a_placement_that_is_offered_and_accepted(stage: Stage) -> Act:
    case_id = await open_case(stage.uow, report(WANTS_A_CLUB))
    why = {"why": (), "may": (), "external": ()}
    return Hearing.of(
        referral(capacity.PlacementWaitlisted, case_id, 1, PlacementState.WAITING, why=(), position=1),
        referral(capacity.PlacementNeedsPerson, case_id, 2, PlacementState.NEEDS_PERSON, **why),
    )


@dies("triage POST /api/cases/{case_id}/decision")
async def a_decision(stage: Stage) -> Act:
    path = f"/api/cases/{await urgent_case(stage)}/decision"
    return Request("POST", path, {"urgency": "U1", "service_codes": ["8790 CR-C-I"], **NOTE}, "caseworker")


@dies("triage POST /api/cases/{case_id}/close")
async def an_end(stage: Stage) -> Act:
    case_id = await open_case(stage.uow, report(WANTS_A_CLUB))
    return Request("POST", f"/api/cases/{case_id}/close", {"outcome": "counselled", **NOTE}, "caseworker")


@dies("triage sweeps case-clock")
async def nobody_came(stage: Stage) -> Act:
    await urgent_case(stage)
    return Sweeping("case-clock", timedelta(days=2))


async def urgent_case(stage: Stage) -> UUID:
    return await open_case(stage.uow, report(BEATEN_CHILD))
