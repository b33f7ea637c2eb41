"""The application as it is composed, and who may ask it what."""

import httpx
import pytest

from services.hotline.app import create_app
from services.hotline.lines import LINES
from services.hotline.settings import Settings
from shared.db import UnitOfWork
from shared.testing import routes_naming_nobody
from tests.integration.conftest import Api
from tests.integration.hotline.playing import CALL, CANARY, read, taken_by_colleague
from tests.unit.hotline.building import CALL_ID


def test_every_route_names_who_may_call_it(settings: Settings) -> None:
    assert routes_naming_nobody(create_app(settings)) == []


def test_the_key_of_the_pseudonyms_is_not_shown(settings: Settings) -> None:
    assert "k" * 32 not in repr(settings)


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("operator", None),
        ("caseworker", 403),
        ("supervisor", 403),
        ("center_staff", 403),
        ("auditor", 403),
        ("admin", 403),
        ("partner", 403),
        (None, 401),
    ],
)
async def test_the_hotline_is_the_operators(api: Api, role: str | None, refused: int | None) -> None:
    client = api(role)
    assert (await client.post("/api/calls", json=CALL)).status_code == (refused or 201)
    assert (await client.get(f"/api/calls/{CALL_ID}")).status_code == (refused or 404)
    assert (await client.get("/api/lines")).status_code == (refused or 200)
    assert (await client.get("/api/free-places")).status_code == (refused or 200)


async def test_a_call_of_another_authority_is_not_there(uow: UnitOfWork, api: Api) -> None:
    call_id = await taken_by_colleague(uow, "emergency-s6")
    assert (await api("operator", "S2").get(f"/api/calls/{call_id}")).status_code == 404
    assert (await api("operator", "S6").get(f"/api/calls/{call_id}")).status_code == 200


async def test_who_spoke_is_shown_to_the_own_authority_only(uow: UnitOfWork, api: Api) -> None:
    theirs, nobodys = await taken_by_colleague(uow, "emergency-s6"), await taken_by_colleague(uow, "child-119")
    shown = (await read(api("operator", "S6"), theirs))["reporter"]
    assert shown == {"anonymous": False, "relation": "unknown"} | CANARY
    assert (await read(api("operator", "S2", "S6"), nobodys))["reporter"] is None


async def test_who_took_a_call_still_sees_it_when_it_belongs_elsewhere(api: Api) -> None:
    operator = api("operator", "S2")
    answer = await operator.post("/api/calls", json=CALL | {"situation": {"location": {"sector": 6}}})
    call = (await operator.get(f"/api/calls/{answer.json()['call_id']}")).json()
    assert (call["authority"], call["reporter"]["relation"]) == ("S6", "unknown")


async def test_the_lines_are_listed_with_the_last_day_of_those_that_ended(operator: httpx.AsyncClient) -> None:
    lines = {line["line"]: line for line in (await operator.get("/api/lines")).json()["items"]}
    assert list(lines) == list(LINES)
    assert (lines["child-119"]["until"], lines["child-s6"]["until"]) == (None, "2023-12-31")


async def test_the_examples_of_the_documentation_are_accepted(operator: httpx.AsyncClient) -> None:
    document = (await operator.get("/openapi.json")).json()
    body = document["paths"]["/api/calls"]["post"]["requestBody"]["content"]["application/json"]
    examples = [example["value"] | {"started_at": CALL["started_at"]} for example in body["examples"].values()]
    answers = [await operator.post("/api/calls", json=example | {"ended_at": None}) for example in examples]
    assert [answer.status_code for answer in answers] == [201] * 4
