"""What a reporter sees of his report, from the cases that triage publishes."""

from datetime import timedelta
from uuid import UUID

import httpx

from contracts.vocabulary import Intake, PublicStatus
from shared.db import UnitOfWork
from tests.integration.reports.playing import hear, statuses, submit
from tests.unit.reports.building import NOW, REPORT_ID, case_moved

CHECKED, ARRANGED, GIVEN = PublicStatus.BEING_CHECKED, PublicStatus.HELP_BEING_ARRANGED, PublicStatus.HELP_GIVEN


async def test_a_new_report_is_received(citizen: httpx.AsyncClient) -> None:
    receipt = await submit(citizen)
    answer = await citizen.get(receipt["status_url"])
    label = {"ro": "primită", "en": "received"}
    moment = {"status": "received", "label": label, "at": "2026-01-15T10:00:00Z"}
    assert answer.json() == {"status": "received", "label": label, "history": [moment]}


async def test_a_code_is_read_as_it_is_typed(citizen: httpx.AsyncClient) -> None:
    code = (await submit(citizen))["tracking_code"]
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", "%20")):
        assert (await citizen.get(f"/api/reports/{typed}")).status_code == 200


async def test_a_report_follows_its_case(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    receipt = await submit(citizen)
    await hear(uow, case_moved([UUID(receipt["report_id"])], 3, CHECKED))
    status = (await citizen.get(receipt["status_url"])).json()
    assert (status["status"], status["label"]["ro"]) == ("being-checked", "se verifică")
    assert status["history"][-1]["at"] == (NOW + timedelta(minutes=3)).isoformat().replace("+00:00", "Z")


async def test_replayed_events_change_nothing(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    receipt = await submit(citizen)
    moved = case_moved([UUID(receipt["report_id"])], 1, CHECKED)
    await hear(uow, moved, moved)
    await hear(uow, moved)
    assert await statuses(citizen, receipt) == ["received", CHECKED]
    assert await uow.pool.fetchval("SELECT count(*) FROM step") == 1


async def test_late_events_enter_the_history_and_leave_the_present(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    receipt = await submit(citizen)
    source = [UUID(receipt["report_id"])]
    await hear(uow, case_moved(source, 3, GIVEN), case_moved(source, 1, CHECKED))
    await hear(uow, case_moved(source, 2, ARRANGED))
    assert await statuses(citizen, receipt) == ["received", CHECKED, ARRANGED, GIVEN]


async def test_all_reports_of_one_case_follow_it(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    receipts = [await submit(citizen) for _ in range(5)]
    others = await submit(citizen)
    await hear(uow, case_moved([UUID(receipt["report_id"]) for receipt in receipts], 1, GIVEN))
    assert [await statuses(citizen, receipt) for receipt in receipts] == [["received", GIVEN]] * 5
    assert await statuses(citizen, others) == ["received"]


async def test_sources_that_are_not_ours_are_left_alone(uow: UnitOfWork, citizen: httpx.AsyncClient) -> None:
    receipt = await submit(citizen)
    ours = UUID(receipt["report_id"])
    await hear(uow, case_moved([ours], 1, GIVEN, kind=Intake.CALL), case_moved([REPORT_ID], 1, GIVEN))
    assert await statuses(citizen, receipt) == ["received"]
    await hear(uow, case_moved([REPORT_ID, ours], 2, GIVEN))
    assert await statuses(citizen, receipt) == ["received", GIVEN]
