"""Promise 3: every urgency, every offer and every service passed over has its reasons, whoever died meanwhile."""

from collections.abc import Callable
from uuid import UUID

from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen, Report
from tests.e2e.promises.reporting import all_have_cases, case_ids, only_some_have_cases, reporting
from tests.e2e.stack import Stack

CODES = ("8891 CZ-C-II", "8899 CZ-F-I")
PLACEMENTS = "SELECT case_id FROM placement WHERE case_id = ANY ($1::uuid[])"


async def test_all_reasons_are_there_after_triage_and_capacity_died(
    stack: Stack, citizen: Citizen, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    async with reporting(citizen, situations.child_at_risk, "teacher") as before:
        await wait_until(lambda: only_some_have_cases(stack, before), every=0, what="reports on their way")
        await stack.kill9("triage")
    await stack.start("triage")
    async with reporting(citizen, situations.child_at_risk, "teacher") as after:
        await wait_until(lambda: only_some_are_placed(stack, after), every=0, what="cases on their way")
        await stack.kill9("capacity")
    await stack.start("capacity")

    reports = [*before, *after]
    await wait_until(lambda: all_are_placed(stack, reports), what="an offer for every case")
    asked = {row for code in CODES for row in await rows_of(caseworker, code)}
    cases = [str(case_id) for case_id in await case_ids(stack, reports)]
    declined = (await caseworker.placement(cases[0]))["offers"][0]
    await center(declined["row"]).decline(declined["offer_id"], "no-suitable-place")
    for case_id in cases:
        check_urgency(await caseworker.case(case_id))
        check_placement(await caseworker.placement(case_id), asked)


def check_urgency(case: situations.Json) -> None:
    assert case["reasons"], case["case_id"]
    assert all(reason["rule"] and reason["ro"] and reason["en"] for reason in case["reasons"])


def check_placement(placement: situations.Json, asked: set[str]) -> None:
    """A search per offer that names every service asked for, the chosen one and why others were passed over."""
    chosen = []
    for search in placement["searches"]:
        services = search["explanation"]["services"]
        assert {service["row"] for service in services} == asked
        assert all(service["ro"] and service["en"] and service["checks"] for service in services)
        assert all(check["ro"] and check["en"] for service in services for check in service["checks"])
        chosen += [service["row"] for service in services if service["verdict"] == "chosen"]
        for service in services:
            passed_over = service["rank"] is None
            assert passed_over == any(not check["ok"] for check in service["checks"])
    assert chosen == [offer["row"] for offer in placement["offers"]]
    assert chosen


async def rows_of(caseworker: Caseworker, code: str) -> set[str]:
    return {service["row"] for service in (await caseworker.get("capacity", "/api/services", code=code))["items"]}


async def only_some_are_placed(stack: Stack, reports: list[Report]) -> bool:
    return 0 < len(await placed(stack, reports)) < len(reports)


async def all_are_placed(stack: Stack, reports: list[Report]) -> bool:
    return await all_have_cases(stack, reports) and len(await placed(stack, reports)) == len(reports)


async def placed(stack: Stack, reports: list[Report]) -> list[UUID]:
    return [row["case_id"] for row in await stack.fetch("capacity", PLACEMENTS, await case_ids(stack, reports))]
