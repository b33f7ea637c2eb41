"""The application as it is composed."""

import httpx
from fastapi import FastAPI

from services.triage.app import create_app
from services.triage.settings import Settings
from shared.testing import routes_naming_nobody
from tests.integration.conftest import Api


def app() -> FastAPI:
    return create_app(Settings(dsn="", kafka="", issuer="i", audience="a", jwks="none"))


def test_every_route_names_who_may_call_it() -> None:
    assert routes_naming_nobody(app()) == []


async def test_the_documentation_shows_decisions_in_romanian(api: Api) -> None:
    client: httpx.AsyncClient = api()
    document = (await client.get("/openapi.json")).json()
    body = document["paths"]["/api/cases/{case_id}/decision"]["post"]["requestBody"]["content"]["application/json"]
    assert "Copil care nu poate rămâne acasă" in [example["summary"] for example in body["examples"].values()]
