"""The public HTTP APIs of the four services, each called with a token of the role that the caller has."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.demo.waiting import DemoError
from deploy.local.env import SERVICES
from deploy.local.keys import token

Json = dict[str, Any]
OPERATOR, CASEWORKER, SUPERVISOR = "operator", "caseworker", "supervisor"


class Doors:
    """Entered and left like a client. `env` is the environment of the stack whose keys are in `state`."""

    def __init__(self, env: Mapping[str, str], state: Path) -> None:
        self._state = state
        self._tokens: dict[tuple[str, str | None], str] = {}
        self._clients = {
            service: httpx.AsyncClient(base_url=env[f"PUNTE_{service.upper()}_URL"], trust_env=False, timeout=30)
            for service in SERVICES
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def report(self, body: Json, key: str) -> Json:
        """Anybody may report, without a token."""
        return created(await self._answer("reports", "POST", "/api/reports", None, body=body, key=key))

    async def call(self, body: Json, key: str) -> Json:
        return created(await self._answer("hotline", "POST", "/api/calls", self._token(OPERATOR), body=body, key=key))

    async def cases_of(self, source_id: str) -> list[Json]:
        page = await self._send("triage", "GET", f"/api/cases?source_id={source_id}", self._token(CASEWORKER))
        items: list[Json] = page["items"]
        return items

    async def case(self, case_id: str) -> Json:
        return await self._send("triage", "GET", f"/api/cases/{case_id}", self._token(CASEWORKER))

    async def act_on_case(self, case_id: str, action: str, body: Json) -> Json:
        return await self._send("triage", "POST", f"/api/cases/{case_id}/{action}", self._token(CASEWORKER), body=body)

    async def placement(self, case_id: str) -> Json | None:
        """None where no place was ever sought."""
        answer = await self._answer("capacity", "GET", f"/api/placements/{case_id}", self._token(CASEWORKER))
        return None if answer.status_code == httpx.codes.NOT_FOUND else checked(answer)

    async def answer_offer(self, offer: Json, action: str, body: Json | None = None) -> Json:
        return await self._at_center(offer["row"], f"/api/offers/{offer['offer_id']}/{action}", body)

    async def act_on_stay(self, stay: Json, action: str, body: Json | None = None) -> Json:
        return await self._at_center(stay["row"], f"/api/stays/{stay['stay_id']}/{action}", body)

    async def services(self) -> list[Json]:
        page = await self._send("capacity", "GET", "/api/services?limit=200", self._token(SUPERVISOR))
        items: list[Json] = page["items"]
        return items

    async def enter_occupancy(self, unit_id: str, occupied: int) -> Json:
        path = f"/api/units/{unit_id}/occupancy"
        return await self._send("capacity", "PUT", path, self._token(SUPERVISOR), body={"occupied": occupied})

    async def _at_center(self, row: str, path: str, body: Json | None) -> Json:
        return await self._send("capacity", "POST", path, self._token("center_staff", row), body=body)

    async def _send(self, service: str, method: str, path: str, bearer: str | None, **sent: Any) -> Json:
        return checked(await self._answer(service, method, path, bearer, **sent))

    async def _answer(
        self,
        service: str,
        method: str,
        path: str,
        bearer: str | None,
        *,
        body: Json | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            return await self._clients[service].request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            raise DemoError(f"{service} nu răspunde / does not answer: {method} {path}.") from error

    def _token(self, role: str, center: str | None = None) -> str:
        if (role, center) not in self._tokens:
            self._tokens[role, center] = token(self._state, role, [center] if center else [])
        return self._tokens[role, center]


def created(answer: httpx.Response) -> Json:
    """Raises DemoError unless it is 201: the promise begins with it."""
    if answer.status_code != httpx.codes.CREATED:
        raise refused(answer)
    return checked(answer)


def refused(answer: httpx.Response) -> DemoError:
    request = answer.request
    return DemoError(f"{request.method} {request.url} → {answer.status_code} {answer.text}")


def checked(answer: httpx.Response) -> Json:
    """Raises DemoError saying what was refused."""
    if not answer.is_success:
        raise refused(answer)
    found: Json = answer.json()
    return found
