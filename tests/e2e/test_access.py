"""Who may see what, and what the doors say to the others."""

from collections.abc import Callable

import pytest

from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen, Operator


async def test_a_tracking_code_that_nobody_was_given_is_not_found(citizen: Citizen) -> None:
    response = await citizen.send("GET", "reports", "/api/reports/K7M4C-9HXTD-3PRVG")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "service", "path"),
    [
        ("GET", "triage", "/api/cases"),
        ("POST", "hotline", "/api/calls"),
        ("GET", "capacity", "/api/services"),
    ],
)
async def test_staff_doors_are_closed_without_a_token(citizen: Citizen, method: str, service: str, path: str) -> None:
    response = await citizen.send(method, service, path, json={} if method == "POST" else None)
    assert response.status_code == 401


async def test_staff_doors_are_closed_to_other_roles(operator: Operator, caseworker: Caseworker) -> None:
    assert (await operator.send("GET", "triage", "/api/cases")).status_code == 403
    assert (await caseworker.send("POST", "hotline", "/api/calls", json={})).status_code == 403


async def test_another_center_finds_neither_offer_nor_list(
    citizen: Citizen, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    asked, other = center("S2-13"), center("S2-12")
    report = await citizen.report(situations.lonely_pensioner(), relation="self")
    offer_id = await asked.offer_for(await caseworker.case_of(report.report_id))
    refused = [
        await other.send("GET", "capacity", f"/api/centers/{asked.id}/offers"),
        await other.send("POST", "capacity", f"/api/offers/{offer_id}/accept"),
        await other.send("POST", "capacity", f"/api/offers/{offer_id}/decline", json={"reason": "other"}),
    ]
    assert [response.status_code for response in refused] == [404, 404, 404]


async def test_a_confidential_center_is_unknown_to_operators(
    operator: Operator, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    path = f"/api/services/{center('S2-11').service_id}"
    assert (await operator.send("GET", "capacity", path)).status_code == 404
    assert (await caseworker.get("capacity", path))["row"] == "S2-11"
