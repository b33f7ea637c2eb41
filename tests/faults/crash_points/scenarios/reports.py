"""The reports, and what every service sets aside."""

from dataclasses import replace
from uuid import UUID

from contracts.vocabulary import PublicStatus
from tests.faults.crash_points.acts import Act, Deleting, Hearing, Replaying, Request
from tests.faults.crash_points.scenario import dies
from tests.faults.crash_points.stage import Stage
from tests.unit.reports.building import case_moved

CHILD = {"need": "child-abuse-leave-home", "location": {"sector": 2}, "people": [{"role": "subject", "age": 4}]}
REPORTER = {"name": "Ion", "phone": "0700 000 000", "relation": "neighbour"}
BODY = {"channel": "web", "situation": CHILD, "reporter": REPORTER}


@dies("reports POST /api/reports")
async def a_report(_: Stage) -> Act:
    return Request("POST", "/api/reports", BODY)


@dies("reports hears cases_changed")
async def a_case_that_moves(stage: Stage) -> Act:
    reports = await two_reports(stage)
    return Hearing.of(*(case_moved(reports, step, status) for step, status in enumerate(PublicStatus, 1)))


@dies("reports sets aside")
async def garbage_between_good_events(stage: Stage) -> Act:
    reports = await two_reports(stage)
    moves = [case_moved(reports, step, PublicStatus.BEING_CHECKED) for step in (1, 2, 3)]
    first, second, third = Hearing.of(*moves).records
    return Hearing([first, replace(second, value=b"{"), third])


@dies("reports replays")
async def a_message_whose_handler_was_mended(stage: Stage) -> Act:
    await set_one_aside(stage)
    return Replaying()


@dies("reports deletes")
async def a_message_that_is_given_up(stage: Stage) -> Act:
    await set_one_aside(stage)
    return Deleting()


async def two_reports(stage: Stage) -> list[UUID]:
    async with stage.client() as client:
        answers = [await client.post("/api/reports", json=BODY) for _ in range(2)]
    return [UUID(answer.json()["report_id"]) for answer in answers]


async def set_one_aside(stage: Stage) -> None:
    """Its handler had a bug."""
    moved = case_moved(await two_reports(stage), 1, PublicStatus.BEING_CHECKED)
    await stage.uow.pool.execute("ALTER TABLE step RENAME TO mislaid")
    await Hearing.of(moved).perform(stage)
    await stage.uow.pool.execute("ALTER TABLE mislaid RENAME TO step")
