"""Kafka is gone, and people still report."""

from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Citizen
from tests.e2e.stack import Stack


async def test_a_report_is_taken_without_a_broker_and_flows_when_it_is_back(
    stack: Stack, citizen: Citizen, caseworker: Caseworker
) -> None:
    await stack.broker.cut()
    try:
        report = await citizen.report(situations.pothole())
        ready = await citizen.get("reports", "/readyz")
        assert (ready["status"], ready["database"], ready["broker"]) == ("degraded", "ok", "degraded")
        assert await citizen.status(report) == "received"
        assert await stack.unpublished("reports") == 1
    finally:
        await stack.broker.connect()
    await caseworker.sees(await caseworker.case_of(report.report_id), "open")

    async def well() -> bool:
        return (await citizen.get("reports", "/readyz"))["status"] == "ready"

    await wait_until(well, what="reports ready again")
