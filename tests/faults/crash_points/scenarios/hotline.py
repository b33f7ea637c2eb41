"""Calls, and what they hear."""

from uuid import UUID

from contracts.vocabulary import CaseState
from tests.faults.crash_points.acts import Act, Hearing, Request
from tests.faults.crash_points.scenario import dies
from tests.faults.crash_points.scenarios.reports import CHILD, REPORTER
from tests.faults.crash_points.stage import Stage
from tests.unit.hotline.building import NOW, case_moved, counted

BODY = {
    "line": "child-119",
    "call_type": "about-other",
    "started_at": NOW.isoformat(),
    "situation": CHILD,
    "reporter": REPORTER,
}


@dies("hotline POST /api/calls")
async def a_call(_: Stage) -> Act:
    return Request("POST", "/api/calls", BODY, "operator")


@dies("hotline hears cases_changed")
async def a_case_that_moves(stage: Stage) -> Act:
    async with stage.client("operator") as client:
        answer = await client.post("/api/calls", json=BODY)
    call_id = UUID(answer.json()["call_id"])
    return Hearing.of(*(case_moved([call_id], step, CaseState.OPEN) for step in (1, 2)))


@dies("hotline hears places_changed")
async def places_that_become_free(_: Stage) -> Act:
    return Hearing.of(*(counted(step, free=step) for step in (1, 2, 3)))
