"""Those who talk to Punte over HTTP, each with the words of his work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from services.capacity.domain.directory import identity
from shared.testing import wait_until

Json = dict[str, Any]
OFFER_SECONDS = 10.0


@dataclass(frozen=True)
class Report:
    """What the 201 said, and the trace that its request began."""

    report_id: str
    tracking_code: str
    status_url: str
    trace_id: str


@dataclass(frozen=True)
class Caller:
    """Without a token: anybody."""

    http: Mapping[str, httpx.AsyncClient]
    token: str | None = None

    async def send(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        return await self.http[service].request(method, path, headers=headers, **options)

    async def get(self, service: str, path: str, **query: str) -> Json:
        return answer(await self.send("GET", service, path, params=query))

    async def post(self, service: str, path: str, body: Json | None = None) -> Json:
        return answer(await self.send("POST", service, path, json=body))


def answer(response: httpx.Response) -> Json:
    assert response.is_success, f"{response.request.method} {response.url}: {response.status_code} {response.text}"
    return response.json() if response.content else {}


class Citizen(Caller):
    async def report(self, situation: Json, *, key: str | None = None, **reporter: str) -> Report:
        body = {"channel": "web", "situation": situation, "reporter": reporter}
        headers = {"Idempotency-Key": key} if key else {}
        response = await self.send("POST", "reports", "/api/reports", json=body, headers=headers)
        assert response.status_code == 201, response.text
        return Report(**response.json(), trace_id=response.headers["traceparent"].split("-")[1])

    async def status(self, report: Report) -> str:
        """What the bearer of the tracking code sees."""
        return str((await self.get("reports", f"/api/reports/{report.tracking_code}"))["status"])

    async def sees(self, report: Report, status: str) -> None:
        async def seen() -> bool:
            return await self.status(report) == status

        await wait_until(seen, what=f"the public status {status}")


class Operator(Caller):
    async def log_call(self, line: str, call_type: str, situation: Json | None, **reporter: str) -> str:
        """The call's id."""
        started = datetime.now(UTC).isoformat()
        body = {"line": line, "call_type": call_type, "started_at": started, "situation": situation}
        return str((await self.post("hotline", "/api/calls", body | {"reporter": reporter}))["call_id"])

    async def call(self, call_id: str) -> Json:
        return await self.get("hotline", f"/api/calls/{call_id}")

    async def sees(self, call_id: str, state: str) -> None:
        """The call's case has reached that state."""

        async def reached() -> bool:
            return (await self.call(call_id))["state"] == state

        await wait_until(reached, what=f"the case of the call in state {state}")


class Caseworker(Caller):
    async def cases(self, **query: str) -> list[Json]:
        items: list[Json] = (await self.get("triage", "/api/cases", **query))["items"]
        return items

    async def case_of(self, source_id: str) -> str:
        """The id of the case that a report or call opened, once there is one."""
        case, *others = await wait_until(lambda: self.cases(source_id=source_id), what=f"the case of {source_id}")
        assert not others
        return str(case["case_id"])

    async def case(self, case_id: str) -> Json:
        return await self.get("triage", f"/api/cases/{case_id}")

    async def sees(self, case_id: str, state: str) -> Json:
        """The case, once it is in that state."""

        async def reached() -> Json | None:
            case = await self.case(case_id)
            return case if case["state"] == state else None

        return await wait_until(reached, what=f"the case in state {state}")

    async def decide(self, case_id: str, urgency: str, *codes: str, note: str = "Verificat.", **more: Any) -> Json:
        body = {"urgency": urgency, "service_codes": codes, "note": note} | more
        return await self.post("triage", f"/api/cases/{case_id}/decision", body)

    async def close(self, case_id: str, outcome: str, note: str = "") -> Json:
        return await self.post("triage", f"/api/cases/{case_id}/close", {"outcome": outcome, "note": note})

    async def placement(self, case_id: str) -> Json:
        return await self.get("capacity", f"/api/placements/{case_id}")

    async def sees_placement(self, case_id: str, state: str) -> Json:
        """The placement, once it is in that state."""

        async def reached() -> Json | None:
            response = await self.send("GET", "capacity", f"/api/placements/{case_id}")
            return response.json() if response.is_success and response.json()["state"] == state else None

        return await wait_until(reached, what=f"the placement in state {state}")


@dataclass(frozen=True)
class Center(Caller):
    """The staff of the center of one row of the directory."""

    row: str = ""

    @property
    def id(self) -> str:
        return str(identity("center", self.row))

    @property
    def service_id(self) -> str:
        return str(identity("service", self.row))

    async def offers(self) -> list[Json]:
        """Those that wait for an answer."""
        items: list[Json] = (await self.get("capacity", f"/api/centers/{self.id}/offers", state="offered"))["items"]
        return items

    async def offer_for(self, case_id: str) -> str:
        """The id of the offer for this case, once there is one."""

        async def offered() -> str | None:
            return next((offer["offer_id"] for offer in await self.offers() if offer["case_id"] == case_id), None)

        return await wait_until(offered, OFFER_SECONDS, f"an offer to {self.row} for {case_id}")

    async def accept(self, offer_id: str) -> str:
        """The id of the reserved stay."""
        return str((await self.post("capacity", f"/api/offers/{offer_id}/accept"))["party"][0]["stay_id"])

    async def decline(self, offer_id: str, reason: str = "person-declined") -> None:
        await self.post("capacity", f"/api/offers/{offer_id}/decline", {"reason": reason, "note": ""})

    async def admit(self, stay_id: str) -> None:
        await self.post("capacity", f"/api/stays/{stay_id}/admit")

    async def discharge(self, stay_id: str, reason: str = "discharged-home") -> None:
        await self.post("capacity", f"/api/stays/{stay_id}/discharge", {"reason": reason})

    async def leave_free(self, places: int) -> None:
        """Enter an opening occupancy that leaves so many places of the only unit."""
        total = (await self.counts())["total"]
        path = f"/api/units/{identity('unit', f'{self.row}/1')}/occupancy"
        answer(await self.send("PUT", "capacity", path, json={"occupied": total - places}))

    async def service(self) -> Json:
        return await self.get("capacity", f"/api/services/{self.service_id}")

    async def counts(self) -> dict[str, int]:
        """Places of the service: total, free, held, reserved, occupied, out of service."""
        counts: dict[str, int] = (await self.service())["places"]
        return counts
