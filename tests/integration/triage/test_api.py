"""What caseworkers ask and decide over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts import capacity
from contracts.vocabulary import PlacementState
from services.triage.handlers import escalate
from shared.db import UnitOfWork
from shared.testing import TestClock
from tests.integration.conftest import Api
from tests.integration.triage.playing import hear, names, open_case, referral
from tests.unit.triage.building import BEATEN_CHILD, POTHOLE, SLEEPS_IN_FROST, WANTS_A_CLUB, call, report
from tests.unit.triage.test_news import OFFER

FROST = {"urgency": "U1", "service_codes": ["8790 CR-PFA-II", "8790 CR-PFA-I", "S2-43"], "consent": "given"}
CLOSE = {"outcome": "safe-at-home", "note": "Vizită."}


@pytest.fixture
def worker(api: Api) -> httpx.AsyncClient:
    return api("caseworker", "S2", "S6")


async def test_a_case_is_shown_whole(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    described = {"role": "subject", "name": "Ion Ionescu", "age": 9, "sex": "m"}
    situation = BEATEN_CHILD | {"people": [described], "narrative": "Se aude plâns.", "location": {"sector": 2}}
    event = report(situation, relation="neighbour")
    case_id = await open_case(uow, event)
    case = (await worker.get(f"/api/cases/{case_id}")).json()
    assert (case["case_id"], case["state"], case["urgency"]) == (str(case_id), "awaiting-decision", "U1")
    assert case["public_status"] == "being-checked"
    assert case["narrative"] == "Se aude plâns."
    assert case["response"] == {"who_goes": "mobile-team"}
    assert case["service_codes"] == ["8790 SF-C", "8790 CR-C-II", "8790 CR-C-I"]
    assert [one["ro"] for one in case["needs_decision"]] == ["La U1 confirmă întâi un om."]
    assert [one["source_id"] for one in case["sources"]] == [str(event.data.report.report_id)]
    assert [one["name"] for one in case["people"]] == ["Ion Ionescu"]
    assert {one["clock"] for one in case["clocks"]} == {"first-response", "place"}
    assert [one["what"] for one in case["history"]] == ["CaseOpened"]


async def test_a_call_without_a_situation_can_be_read(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    case_id = await open_case(uow, call(None))
    case = (await worker.get(f"/api/cases/{case_id}")).json()
    assert (case["narrative"], case["need"]) == ("", None)


async def test_a_decision_is_recorded_with_name_and_reason(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    case_id = await open_case(uow, report(SLEEPS_IN_FROST, relation="passer-by"))
    answer = await worker.post(f"/api/cases/{case_id}/decision", json=FROST | {"note": "Acceptă."})
    assert (answer.status_code, answer.json()["state"]) == (200, "placing")
    assert answer.json()["services"] == ["S2-43"]
    triaged = (await worker.get(f"/api/cases/{case_id}")).json()["history"][1]
    assert (triaged["what"], triaged["who"]["role"], triaged["note"]) == ("CaseTriaged", "caseworker", "Acceptă.")
    assert await names(uow, case_id) == ["CaseOpened", "CaseTriaged", "PlacementRequested"]


@pytest.mark.parametrize("verified", [True, False])
async def test_a_source_shows_whether_it_is_verified(
    uow: UnitOfWork, worker: httpx.AsyncClient, verified: bool
) -> None:
    case_id = await open_case(uow, report(SLEEPS_IN_FROST, verified=verified))
    case = (await worker.get(f"/api/cases/{case_id}")).json()
    assert [one["verified"] for one in case["sources"]] == [verified]


async def test_a_refusal_says_why_in_both_languages(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    case_id = await open_case(uow, report(BEATEN_CHILD))
    answer = await worker.post(f"/api/cases/{case_id}/decision", json={"urgency": "U1", "service_codes": ["S2-6"]})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Scrieți în notă motivul. / Write the reason in the note."


@pytest.mark.parametrize(
    ("situation", "sent", "status"),
    [
        (WANTS_A_CLUB, {"decision": {"urgency": "U5", "service_codes": ["8810 CZ-V-II"], "note": "x"}}, 422),
        (WANTS_A_CLUB, {"decision": {"urgency": "U4", "service_codes": ["cămin"]}}, 422),
        (WANTS_A_CLUB, {"close": {"outcome": "gone"}}, 422),
        (WANTS_A_CLUB, {"close": {"outcome": "withdrawn", "note": "a\u0000b"}}, 422),
        (SLEEPS_IN_FROST, {"close": {"outcome": "risk-not-confirmed", "note": "Nimic."}}, 409),
        (POTHOLE, {"close": {"outcome": "handed-to-other-authority"}}, 200),
    ],
)
async def test_what_a_case_accepts(
    uow: UnitOfWork, worker: httpx.AsyncClient, situation: dict[str, Any], sent: dict[str, Any], status: int
) -> None:
    case_id = await open_case(uow, report(situation))
    [(path, body)] = sent.items()
    answer = await worker.post(f"/api/cases/{case_id}/{path}", json=body)
    assert answer.status_code == status


async def test_closing_twice_at_once_closes_once(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    answers = await asyncio.gather(*(worker.post(f"/api/cases/{case_id}/close", json=CLOSE) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await names(uow, case_id))[3:] == ["PlacementCancelled", "CaseClosed"]


async def test_decisions_clocks_and_news_at_once_leave_no_gap(
    uow: UnitOfWork, worker: httpx.AsyncClient, clock: TestClock
) -> None:
    case_id = await open_case(uow, report(SLEEPS_IN_FROST))
    clock.advance(timedelta(hours=5))
    bodies = [FROST | {"urgency": f"U{n}", "note": "Altfel."} for n in range(4)]
    await asyncio.gather(
        *(worker.post(f"/api/cases/{case_id}/decision", json=body) for body in bodies),
        hear(uow, referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER)),
        *(sweep(uow, case_id) for _ in range(2)),
    )
    sequences = [row["sequence"] for row in await uow.pool.fetch("SELECT sequence FROM outbox ORDER BY id")]
    assert sequences == list(range(1, len(sequences) + 1))
    told = await names(uow, case_id)
    assert (told.count("CaseTriaged"), told.count("CaseEscalated")) == (4, 2)


async def test_a_repeated_request_has_its_effect_once(uow: UnitOfWork, worker: httpx.AsyncClient) -> None:
    case_id, other = await open_case(uow, report(WANTS_A_CLUB)), await open_case(uow, report(WANTS_A_CLUB))
    key = {"Idempotency-Key": "k-1"}
    first, again = [await worker.post(f"/api/cases/{case_id}/close", json=CLOSE, headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (await names(uow, case_id)).count("CaseClosed") == 1
    elsewhere = await worker.post(f"/api/cases/{other}/close", json=CLOSE, headers=key)
    assert elsewhere.status_code == 422


@pytest.mark.parametrize(
    ("role", "reads", "decides"),
    [
        ("caseworker", 200, 200),
        ("supervisor", 200, 403),
        ("operator", 403, 403),
        ("center_staff", 403, 403),
        ("auditor", 403, 403),
        ("partner", 403, 403),
        (None, 401, 401),
    ],
)
async def test_who_may_do_what(uow: UnitOfWork, api: Api, role: str | None, reads: int, decides: int) -> None:
    case_id = await open_case(uow, report(SLEEPS_IN_FROST))
    client = api(role, "S2") if role else api()
    assert (await client.get("/api/cases")).status_code == reads
    assert (await client.get(f"/api/cases/{case_id}")).status_code == reads
    assert (await client.post(f"/api/cases/{case_id}/decision", json=FROST)).status_code == decides
    assert (await client.post(f"/api/cases/{case_id}/close", json=CLOSE)).status_code == decides


async def test_a_case_of_another_authority_is_not_there(uow: UnitOfWork, api: Api) -> None:
    theirs = await open_case(uow, report(SLEEPS_IN_FROST, authority="S6"))
    nobodys = await open_case(uow, report(SLEEPS_IN_FROST, authority=None))
    client = api("caseworker", "S2")
    assert [item["case_id"] for item in (await client.get("/api/cases")).json()["items"]] == [str(nobodys)]
    assert (await client.get(f"/api/cases/{theirs}")).status_code == 404
    assert (await client.post(f"/api/cases/{theirs}/decision", json=FROST)).status_code == 404
    assert (await client.post(f"/api/cases/{theirs}/close", json=CLOSE)).status_code == 404
    assert (await client.get(f"/api/cases/{nobodys}")).status_code == 200
    assert (await client.get(f"/api/cases/{uuid4()}")).status_code == 404


async def sweep(uow: UnitOfWork, case_id: UUID) -> None:
    async with uow.begin() as tx:
        await escalate(tx, case_id, uow.clock)
