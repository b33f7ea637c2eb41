"""The application as it is composed."""

import httpx

from services.reports.app import create_app
from services.reports.settings import Settings
from shared.testing import routes_naming_nobody
from tests.integration.conftest import Api
from tests.integration.reports.playing import submit


def test_every_route_names_who_may_call_it(settings: Settings) -> None:
    assert routes_naming_nobody(create_app(settings)) == []


def test_the_key_of_the_pseudonyms_is_not_shown(settings: Settings) -> None:
    assert "k" * 32 not in repr(settings)


async def test_anybody_may_report_and_follow(api: Api) -> None:
    for client in (api(), api("partner"), api("caseworker")):
        receipt = await submit(client)
        assert (await client.get(receipt["status_url"])).status_code == 200


async def test_a_token_that_is_sent_must_be_valid(citizen: httpx.AsyncClient) -> None:
    answer = await citizen.post("/api/reports", json={"channel": "web"}, headers={"Authorization": "Bearer x.y.z"})
    assert answer.status_code == 401


async def test_the_examples_of_the_documentation_are_accepted(citizen: httpx.AsyncClient) -> None:
    document = (await citizen.get("/openapi.json")).json()
    body = document["paths"]["/api/reports"]["post"]["requestBody"]["content"]["application/json"]
    answers = [await citizen.post("/api/reports", json=one["value"]) for one in body["examples"].values()]
    assert [answer.status_code for answer in answers] == [201] * 4
