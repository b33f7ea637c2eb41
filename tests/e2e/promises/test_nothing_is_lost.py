"""Promise 1: a report answered with 201 ends as exactly one case, whoever dies in between."""

from uuid import uuid4

from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Citizen
from tests.e2e.promises.reporting import CASES, all_have_cases, ids, only_some_have_cases, reporting
from tests.e2e.stack import Stack

AT_LEAST, SOME = 40, 10


async def test_reports_survive_the_death_of_their_taker_and_of_their_reader(stack: Stack, citizen: Citizen) -> None:
    marker = f"nimic-pierdut-{uuid4()}"
    async with reporting(citizen, lambda: situations.pothole(marker), "neighbour") as answered:
        await wait_until(lambda: len(answered) >= SOME, what="the first reports")
        await stack.broker.cut()
        await wait_until(lambda: some_are_unpublished(stack), what="reports that only the outbox has")
        await stack.kill9("reports")
        await stack.broker.connect()
        await stack.start("reports")
        await wait_until(lambda: only_some_have_cases(stack, answered), every=0, what="reports on their way")
        await stack.restart("triage")
        await wait_until(lambda: len(answered) >= AT_LEAST, what=f"{AT_LEAST} answered reports")

    reported = ids(answered)
    assert len(set(reported)) == len(reported)
    taken = "SELECT count(*) FROM report WHERE situation->>'narrative' = $1"
    assert await stack.value("reports", taken, marker) == len(reported)

    await wait_until(lambda: all_have_cases(stack, answered), what="a case for every report")
    rows = await stack.fetch("triage", CASES, reported)
    assert len({row["case_id"] for row in rows}) == len(reported)
    assert {row["state"] for row in rows} == {"open"}

    events = await stack.events()
    told = [event.correlation_id for event in events if event.name == "CaseOpened"]
    assert {told.count(str(report_id)) for report_id in reported} == {1}


async def some_are_unpublished(stack: Stack) -> bool:
    return await stack.unpublished("reports") >= SOME
