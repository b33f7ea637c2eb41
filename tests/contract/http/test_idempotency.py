"""Fifty clients send the same at once: it happens once, and all hear the same."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.capacity.domain.directory import identity
from tests.contract.http.conftest import World
from tests.contract.http.matters import BODIES, a_case, own_token
from tests.contract.http.world import Service
from tests.integration.capacity.playing import ask, live_offer, told

CLIENTS = 50

Send = Callable[[], Awaitable[httpx.Response]]


@dataclass(frozen=True)
class Keyed:
    """A route that takes a key, who is let in, and what makes its usual body another."""

    name: str
    role: str
    path: str
    another: dict[str, Any]

    def __str__(self) -> str:
        return self.path


KEYED = [
    Keyed("reports", "partner", "/api/reports", {"channel": "walk-in"}),
    Keyed("hotline", "operator", "/api/calls", {"line": "emergency-s2"}),
    Keyed("triage", "caseworker", "/api/cases/{case_id}/decision", {"note": "Altfel."}),
    Keyed("triage", "caseworker", "/api/cases/{case_id}/close", {"note": "Altfel."}),
]


@pytest.mark.parametrize("route", KEYED, ids=str)
async def test_fifty_with_one_key_have_the_effect_of_one(world: World, keys: Path, route: Keyed) -> None:
    service = world[route.name]
    one, fifty = await sender(service, keys, route), await sender(service, keys, route)
    effect_of_one, _ = await effect(service, one)
    assert effect_of_one["idempotency"] == 1
    assert effect_of_one["outbox"] >= 1
    effect_of_fifty, answers = await effect(service, *[fifty] * CLIENTS)
    assert effect_of_fifty == effect_of_one
    assert answers[0].is_success
    assert {(answer.status_code, answer.text) for answer in answers} == {(answers[0].status_code, answers[0].text)}
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == CLIENTS - 1


@pytest.mark.parametrize("route", KEYED, ids=str)
async def test_another_request_with_the_key_is_refused_and_changes_nothing(
    world: World, keys: Path, route: Keyed
) -> None:
    service = world[route.name]
    send = await sender(service, keys, route)
    await send()
    changed, [refused] = await effect(service, lambda: send(**route.another))
    assert (refused.status_code, changed) == (422, Counter())
    assert "Idempotency key reused" in refused.json()["title"]


async def test_every_route_that_takes_a_key_is_asked(world: World) -> None:
    takes_key = {
        (name, path)
        for name, service in world.items()
        for path, operations in service.app.openapi()["paths"].items()
        for operation in operations.values()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }
    assert takes_key == {(route.name, route.path) for route in KEYED}


async def test_fifty_with_keys_of_their_own_are_fifty(world: World) -> None:
    service = world["reports"]

    async def send() -> httpx.Response:
        return await service.http.post(
            "/api/reports", json=BODIES["/api/reports"], headers={"idempotency-key": str(uuid4())}
        )

    changed, answers = await effect(service, *[send] * CLIENTS)
    assert len({answer.json()["report_id"] for answer in answers}) == CLIENTS
    assert (changed["report"], changed["outbox"]) == (CLIENTS, CLIENTS)


async def open_the_door(service: Service, keys: Path) -> None:
    """Others of this world may have closed it."""
    path = f"/api/services/{identity('service', 'S2-15')}/accepting"
    headers = {"authorization": f"Bearer {own_token(keys, 'center_staff')}"}
    assert (await service.http.put(path, headers=headers, json={"accepts_referrals": True})).is_success


async def test_fifty_acceptances_are_one_and_hear_the_same(world: World, keys: Path) -> None:
    service = world["capacity"]
    await open_the_door(service, keys)
    case_id = await ask(service.uow)
    path = f"/api/offers/{await live_offer(service.uow, case_id)}/accept"
    headers = {"authorization": f"Bearer {own_token(keys, 'center_staff')}"}
    _, answers = await effect(service, *[lambda: service.http.post(path, headers=headers)] * CLIENTS)
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert (await told(service.uow, case_id)).count("ReferralAccepted") == 1


async def sender(service: Service, keys: Path, route: Keyed) -> Callable[..., Awaitable[httpx.Response]]:
    """Sends one request with one key, however often, unless something is changed."""
    headers = {"authorization": f"Bearer {own_token(keys, route.role)}", "idempotency-key": str(uuid4())}
    path = route.path.format(case_id=await a_case(service.uow)) if "{" in route.path else route.path

    async def send(**changed: Any) -> httpx.Response:
        return await service.http.post(path, json=BODIES[route.path] | changed, headers=headers)

    return send


async def effect(service: Service, *sends: Send) -> tuple[Counter[str], list[httpx.Response]]:
    """How many rows each table has more after all these at once, and what was answered."""
    before = Counter(await service.rows())
    answers = await asyncio.gather(*(send() for send in sends))
    return Counter(await service.rows()) - before, answers
