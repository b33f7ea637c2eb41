"""Everybody who works while things go wrong: reporters, operators, caseworkers and the staff of centers."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import httpx

from contracts.vocabulary import NO_CASE_CALL_TYPES, CallType
from deploy.local.keys import token
from tests.e2e import situations
from tests.e2e.people import Caller, Center, Json
from tests.faults.answers import Ledger, Sent
from tests.faults.world import World

PAUSE = 0.2
AN_HOUR = timedelta(hours=1)  # no clock lags as far
LOOK_EVERY = 1.0
REPORTERS = 12
STUBBORN = 0.95
"""The share of reporters whose phone sends again until there is an answer; the others give up."""
CALLS = 0.15
IGNORED, DECLINED = 0.1, 0.1
SITUATIONS: dict[Callable[[], Json], int] = {
    situations.pothole: 50,
    situations.lonely_pensioner: 15,
    situations.rehabilitation: 10,
    situations.creche_wanted: 6,
    situations.counselling_after_violence: 10,
    situations.child_at_risk: 5,
    situations.disabled_adult_without_carer: 3,
    situations.abused_pensioner: 1,
}
ROWS = ("S2-13", "S2-15", "S6-6", "S2-12", "S2-18", "S2-22", "S2-23", "S2-2", "S2-1", "S2-46")
RETRIED = {0, 401, 409, 429, 500, 502, 503, 504}
"""What another try may change; a token is not yet valid where a clock runs behind."""


@dataclass
class Crowd:
    """`closing`: nobody is ignored or declined any more, so that everything comes to its end."""

    world: World
    ledger: Ledger
    random: random.Random
    total: int
    seconds: float
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._looked_after: set[str] = set()

    async def report_all(self) -> None:
        """Return when `total` reports and calls were answered with 201, spread over `seconds`."""
        async with asyncio.TaskGroup() as reporters:
            for _ in range(REPORTERS):
                reporters.create_task(self._reporter())

    async def work(self) -> None:
        """Caseworkers and centers, two at each desk, until it is over."""
        state = self.world.state
        async with asyncio.TaskGroup() as staff:
            for _ in range(2):
                staff.create_task(self._desk(self._caseworker(Caller(self.world.http, token(state, "caseworker")))))
                for row in ROWS:
                    center = Center(self.world.http, token(state, "center_staff", [row]), row)
                    staff.create_task(self._desk(self._answering(center, staff)))

    async def _reporter(self) -> None:
        operator = Caller(self.world.http, token(self.world.state, "operator"))
        begun = asyncio.get_running_loop().time()
        while (number := next(self._numbers)) <= self.total:
            due = begun + number / self.total * self.seconds
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            if self.random.random() < CALLS:
                await self._call(operator, number)
            else:
                await self._report(number)

    async def _report(self, number: int) -> None:
        described = self._situation(f"sesizarea {number}")
        body = {"channel": "esector6-app", "situation": described, "reporter": {"relation": "neighbour"}}
        sent = self.ledger.send("reports", described["narrative"], opens_case=True)
        await self._until_answered(sent, Caller(self.world.http), "/api/reports", body, "report_id")

    async def _call(self, operator: Caller, number: int) -> None:
        call_type = self.random.choice([*CallType])
        described = self._situation(f"apelul {number}")
        body = {
            "line": "emergency-s2",
            "call_type": call_type,
            "started_at": (datetime.now(UTC) - AN_HOUR).isoformat(),
            "situation": described,
            "reporter": {"relation": "neighbour"},
        }
        opens_case = call_type not in NO_CASE_CALL_TYPES
        sent = self.ledger.send("hotline", described["narrative"], opens_case=opens_case)
        await self._until_answered(sent, operator, "/api/calls", body, "call_id")

    def _situation(self, marker: str) -> Json:
        (chosen,) = self.random.choices([*SITUATIONS], [*SITUATIONS.values()])
        return chosen() | {"narrative": marker}

    async def _until_answered(self, sent: Sent, caller: Caller, path: str, body: Json, key: str) -> None:
        headers = {"Idempotency-Key": str(uuid4())}
        stubborn = self.random.random() < STUBBORN
        while True:
            response = await attempt(caller.send("POST", sent.service, path, json=body, headers=headers))
            sent.answers.append(response.status_code if response else 0)
            if response and response.status_code == 201:
                sent.source_id = UUID(response.json()[key])
                return
            assert sent.answers[-1] in RETRIED, f"{sent}: {response and response.text}"
            if not stubborn:
                return
            await asyncio.sleep(PAUSE)

    async def _desk(self, look: Callable[[], Awaitable[None]]) -> None:
        while not self.over.is_set():
            await look()
            await asyncio.sleep(LOOK_EVERY)

    def _caseworker(self, caseworker: Caller) -> Callable[[], Awaitable[None]]:
        async def look() -> None:
            for case in await items(
                caseworker.send("GET", "triage", "/api/cases", params={"state": "awaiting-decision"})
            ):
                decision = {name: case[name] for name in ("urgency", "service_codes")} | {"note": "Verificat."}
                path = f"/api/cases/{case['case_id']}/decision"
                await attempt(caseworker.send("POST", "triage", path, json=decision))
            for case in await items(caseworker.send("GET", "triage", "/api/cases", params={"state": "needs-person"})):
                ending = {"outcome": "referred-outside", "note": "Îndrumat în altă parte."}
                await attempt(caseworker.send("POST", "triage", f"/api/cases/{case['case_id']}/close", json=ending))

        return look

    def _answering(self, center: Center, staff: asyncio.TaskGroup) -> Callable[[], Awaitable[None]]:
        async def look() -> None:
            path = f"/api/centers/{center.id}/offers"
            for offer in await items(center.send("GET", "capacity", path, params={"state": "offered"})):
                with self._look_after(offer["offer_id"]) as mine:
                    if mine:
                        staff.create_task(self._answer(center, offer["offer_id"]))

        return look

    @contextmanager
    def _look_after(self, offer_id: str) -> Iterator[bool]:
        """Two at a desk take up an offer both, now and then."""
        yield offer_id not in self._looked_after or self.random.random() < 0.05
        self._looked_after.add(offer_id)

    async def _answer(self, center: Center, offer_id: str) -> None:
        what = self.random.random()
        if not self.closing.is_set() and what < IGNORED:
            return
        if not self.closing.is_set() and what < IGNORED + DECLINED:
            await self._until_done(center, f"/api/offers/{offer_id}/decline", {"reason": "person-declined"})
            return
        accepted = await self._until_done(center, f"/api/offers/{offer_id}/accept")
        if accepted:
            stay = f"/api/stays/{accepted['party'][0]['stay_id']}"
            await self._until_done(center, f"{stay}/admit")
            await self._until_done(center, f"{stay}/discharge", {"reason": "discharged-home"})

    async def _until_done(self, center: Center, path: str, body: Json | None = None) -> Json | None:
        """Again until somebody did it; None where it was a colleague or the clock."""
        while not self.over.is_set():
            response = await attempt(center.send("POST", "capacity", path, json=body))
            if response and response.is_success:
                return response.json() if response.content else {}
            if response and response.status_code not in RETRIED - {409}:
                return None
            await asyncio.sleep(PAUSE)
        return None


async def attempt(request: Awaitable[httpx.Response]) -> httpx.Response | None:
    try:
        return await request
    except httpx.TransportError:
        return None


async def items(request: Awaitable[httpx.Response]) -> Sequence[Json]:
    response = await attempt(request)
    found: Sequence[Json] = response.json()["items"] if response and response.is_success else ()
    return found
