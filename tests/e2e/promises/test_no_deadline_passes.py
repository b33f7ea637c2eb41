"""Promise 5: a clock that runs out while its service is dead has its effect once, soon after the restart."""

from collections.abc import Callable
from datetime import UTC, datetime

from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen
from tests.e2e.stack import Stack

SOON = 5.0


async def test_clocks_that_ran_out_in_the_dark_have_their_effect_once(
    stack: Stack, citizen: Citizen, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    report = await citizen.report(situations.abused_pensioner(), relation="neighbour")
    case_id = await caseworker.case_of(report.report_id)
    await caseworker.decide(case_id, "U1", "8730 CR-V-I", note="Nu poate rămâne acasă.")
    await center("S2-1").offer_for(case_id)
    expires_at = time((await caseworker.placement(case_id))["offers"][0]["expires_at"])
    response_due = next(
        time(clock["due_at"])
        for clock in (await caseworker.case(case_id))["clocks"]
        if clock["clock"] == "first-response"
    )
    await stack.kill9("capacity", "triage")
    assert datetime.now(UTC) < min(expires_at, response_due)
    await wait_until(lambda: datetime.now(UTC) > max(expires_at, response_due), what="both clocks to run out")
    await stack.start("capacity", "triage")

    async def both_noticed() -> bool:
        said = [line["what"] for line in (await caseworker.case(case_id))["history"]]
        return {"ReferralExpired", "CaseEscalated"} <= {*said}

    await wait_until(both_noticed, SOON, "the effect of both clocks")
    await caseworker.sees(case_id, "needs-person")
    story = [event for event in await stack.events() if event.correlation_id == report.report_id]
    assert [event.name for event in story].count("ReferralExpired") == 1
    escalated = [event.data for event in story if event.name == "CaseEscalated"]
    assert [(fact["clock"], time(fact["due"])) for fact in escalated] == [("first-response", response_due)]


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)
