"""Plays the script through the public APIs, and follows each person on the timeline of the case."""

import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from deploy.demo.doors import Doors
from deploy.demo.screen import Screen
from deploy.demo.script import Scene, Script, Step
from deploy.demo.waiting import DemoError, until
from deploy.demo.way import Way

Json = dict[str, Any]
AWAITING = ("awaiting-decision", "needs-person")


class Player:
    """`ways` are those of everybody so far, by the id of the scene."""

    def __init__(self, script: Script, doors: Doors, screen: Screen) -> None:
        self.ways: dict[str, Way] = {}
        self._script = script
        self._doors = doors
        self._screen = screen

    async def play(self) -> None:
        await self._open_the_day()
        for scene in self._script.scenes:
            await self._play(scene)

    async def look_again(self) -> None:
        """What the APIs say of everybody in the end."""
        for way in self.ways.values():
            way.cases = len(await self._doors.cases_of(way.source_id))
            if way.case:
                await self._look(way)

    async def _open_the_day(self) -> None:
        """Enter who is there already: all but the free places of the script."""
        entered = 0
        for service in await self._doors.services():
            free = self._script.free.get(service["row"], self._script.free_elsewhere)
            for unit in service["units"]:
                occupied = max(unit["places"]["total"] - free, 0)
                await self._doors.enter_occupancy(unit["unit_id"], occupied)
                entered += occupied
        self._screen.opened(entered)

    async def _play(self, scene: Scene) -> None:
        way = self.ways[scene.id] = Way(scene, request(scene), secrets.token_hex(8))
        self._screen.begins(way)
        await self._send(way)
        for step in scene.steps:
            await self._act(self.ways[step.of] if step.of else way, step)

    async def _act(self, way: Way, step: Step) -> None:
        await ACTIONS[step.action](self, way, dict(step.details))

    async def _send(self, way: Way) -> None:
        way.begun = time.monotonic()
        way.answer = await self._post(way)
        self._screen.sent(way)
        if way.opens_case:
            await until(lambda: self._found_case(way), f"caz pentru / case of {way.scene.id}")

    async def _post(self, way: Way) -> Json:
        send = self._doors.call if way.scene.source.line else self._doors.report
        return await send(way.body, way.key)

    async def _found_case(self, way: Way) -> bool:
        items = await self._doors.cases_of(way.source_id)
        if items:
            way.case, way.cases = items[0], len(items)
            await self._look(way)
        return bool(items)

    async def _look(self, way: Way) -> None:
        case_id = way.case["case_id"]
        way.case, way.placement = await self._doors.case(case_id), await self._doors.placement(case_id)
        way.doubts |= {doubt["rule"] for doubt in way.case["needs_decision"]}
        for line in way.news():
            self._screen.tells(way, line)

    async def _until(self, way: Way, holds: Callable[[], Any], what: str, patience: float = 20.0) -> None:
        async def probe() -> bool:
            await self._look(way)
            return bool(holds())

        await until(probe, f"{way.scene.id}: {what}", patience)

    async def _until_told(self, way: Way, what: str, act: Awaitable[Json]) -> None:
        """Act, and wait until the case's timeline says so."""
        before = way.happened(what)
        await act
        await self._until(way, lambda: way.happened(what) > before, what)

    async def _offer(self, way: Way) -> Json:
        await self._until(way, lambda: way.live_offer and way.happened("ReferralOffered"), "ofertă / offer")
        assert way.live_offer
        return way.live_offer

    async def _stay(self, way: Way) -> Json:
        await self._until(way, lambda: way.open_stay, "ședere / stay")
        assert way.open_stay
        return way.open_stay

    # what people do

    async def again(self, way: Way, _: Json) -> None:
        """The same request once more: the network had failed, or somebody tapped twice."""
        if await self._post(way) != way.answer:
            raise DemoError(f"Alt răspuns la aceeași cheie / Another answer to the same key: {way.scene.id}.")
        self._screen.repeated(way)

    async def decide(self, way: Way, details: Json) -> None:
        await self._until(way, lambda: way.case["state"] in AWAITING, "hotărâre / decision")
        proposed = {
            "urgency": way.case["urgency"],
            "service_codes": [*way.case["service_codes"], *way.case["services"]],
        }
        await self._until_told(
            way, "CaseTriaged", self._doors.act_on_case(way.case["case_id"], "decision", proposed | details)
        )

    async def accept(self, way: Way, _: Json) -> None:
        offer = await self._offer(way)
        await self._until_told(way, "ReferralAccepted", self._doors.answer_offer(offer, "accept"))

    async def decline(self, way: Way, details: Json) -> None:
        offer = await self._offer(way)
        await self._until_told(way, "ReferralDeclined", self._doors.answer_offer(offer, "decline", details))

    async def silence(self, way: Way, _: Json) -> None:
        """Nobody answers: the clock decides."""
        offer = await self._offer(way)
        left = datetime.fromisoformat(offer["expires_at"]) - datetime.now(UTC)
        self._screen.silent(way, left.total_seconds())
        patience = max(left.total_seconds(), 0) + 10
        await self._until(way, lambda: way.happened("ReferralExpired"), "termenul ofertei / offer limit", patience)

    async def admit(self, way: Way, _: Json) -> None:
        await self._until_told(way, "PersonAdmitted", self._doors.act_on_stay(await self._stay(way), "admit"))

    async def not_arrived(self, way: Way, _: Json) -> None:
        await self._until_told(way, "PersonNotArrived", self._doors.act_on_stay(await self._stay(way), "not-arrived"))

    async def discharge(self, way: Way, details: Json) -> None:
        stay = await self._stay(way)
        await self._until_told(way, "PersonDischarged", self._doors.act_on_stay(stay, "discharge", details))

    async def close(self, way: Way, details: Json) -> None:
        await self._until_told(way, "CaseClosed", self._doors.act_on_case(way.case["case_id"], "close", details))

    async def wait_for(self, way: Way, details: Json) -> None:
        await self._until(way, lambda: way.case["state"] == details["state"], details["state"])


ACTIONS: Mapping[str, Callable[[Player, Way, Json], Awaitable[None]]] = {
    "again": Player.again,
    "decide": Player.decide,
    "accept": Player.accept,
    "decline": Player.decline,
    "silence": Player.silence,
    "admit": Player.admit,
    "not-arrived": Player.not_arrived,
    "discharge": Player.discharge,
    "close": Player.close,
    "wait-for": Player.wait_for,
}


def request(scene: Scene) -> Json:
    """The body of the POST. Who reports is unique in the world, so that a leak of it would be found."""
    situation = scene.situation.model_dump(mode="json", exclude_unset=True) if scene.situation else None
    reporter = {
        "relation": scene.source.relation,
        "name": f"Canar {secrets.token_hex(8)}",
        "phone": f"+407{secrets.randbelow(10**11):011d}",
    }
    source = scene.source
    if source.channel:
        return {"channel": source.channel, "situation": situation, "reporter": reporter}
    call = {"line": source.line, "call_type": source.call_type, "started_at": datetime.now(UTC).isoformat()}
    return call | {"situation": situation, "reporter": reporter}
