"""What happens in an installation: messages are set aside by handlers with a mistake, and somebody looks for them."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import NamedTuple, Self
from uuid import UUID

from contracts import triage
from contracts.situation import Reporter
from contracts.vocabulary import PublicStatus
from deploy.dead_letters.__main__ import parse, run
from deploy.topics import specs
from services.reports import store
from shared.broker import Broker
from shared.consumer import Subscriptions, inbox, messages
from shared.consumer.compacted import read_compacted
from shared.consumer.dead_letters import bury
from shared.db import UnitOfWork
from shared.health import Health
from shared.relay import Relay
from tests.integration.shared import lab, wire
from tests.unit.reports.building import case_moved, report

NOWHERE = "127.0.0.1:1"
COLOUR = "unknown colour"
LISTENING = Subscriptions()
LISTENING.on(*triage.EVENTS)(lab.remember)


class Answer(NamedTuple):
    """Of the command."""

    code: int
    out: str
    err: str = ""


@dataclass(frozen=True)
class Installation:
    """`env` names its servers."""

    env: dict[str, str]
    broker: Broker
    uows: Mapping[str, UnitOfWork]

    async def ask(self, *argv: str, **env: str) -> Answer:
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = await run(parse(argv), self.env | env)
        return Answer(code, out.getvalue(), err.getvalue())

    async def process(self, *argv: str) -> asyncio.subprocess.Process:
        """The command as people run it."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "deploy.dead_letters",
            *argv,
            env=self.env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def told_by(self, process: asyncio.subprocess.Process) -> Answer:
        out, err = await process.communicate()
        return Answer(process.returncode or 0, out.decode(), err.decode())

    async def set_aside(
        self, *records: wire.Raw, by: Sequence[str] = ("reports",), why: Callable[[int], str] = lambda _: COLOUR
    ) -> None:
        """As the consumers of these groups do with records that cannot be read, or that their handlers refuse: `why`,
        the first, the second, …"""
        for group in by:
            uow = self.uows[group]
            read = messages.read([Lying.at(offset, raw) for offset, raw in enumerate(records)], LISTENING, prefix="")
            bad = [one if one.problem else one.bad(why(number)) for number, one in enumerate(read, start=1)]
            async with uow.begin() as tx:
                await bury(tx, group, await inbox.enter(tx, bad, uow.clock.now()), uow.clock.now())
            await self.published(group)

    async def published(self, group: str = "reports") -> None:
        """Let the group's relay bring to the broker what its outbox holds."""
        async with lab.running(Relay(self.uows[group], Health(group, "relay"), self.broker)):
            await lab.all_published(self.uows[group])

    async def letters(self) -> list[str]:
        """The ids of all letters that lie on topics."""
        topics = [spec.name for spec in specs() if spec.name.endswith(".dlq")]
        return [one.key.decode() for each in (await read_compacted(self.broker, topics)).values() for one in each]

    async def count(self, group: str, state: str) -> int:
        sql = "SELECT count(*) FROM inbox WHERE state = $1"
        return int(await self.uows[group].pool.fetchval(sql, state))

    async def steps(self) -> list[int]:
        """The sequences of all that was heard about reports."""
        rows = await self.uows["reports"].pool.fetch("SELECT sequence FROM step ORDER BY sequence")
        return [row["sequence"] for row in rows]

    async def everything(self, group: str = "reports") -> list[list[str]]:
        """Every row of the tables that a replay may touch."""
        pool = self.uows[group].pool
        return [[str(row) for row in await pool.fetch(f"SELECT * FROM {t} ORDER BY 1, 2")] for t in TOUCHED]


TOUCHED = ("inbox", "outbox", "step")


@dataclass
class Lying:
    """A record as it lay on its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: messages.RawHeaders

    @classmethod
    def at(cls, offset: int, raw: wire.Raw) -> Self:
        return cls(raw.topic, 0, offset, raw.key.encode(), raw.value, raw.headers)


async def a_report(uow: UnitOfWork) -> UUID:
    """Taken by the reports, so that what becomes of its case is noted."""
    told = report()
    async with uow.begin() as tx:
        await store.add(tx, told, Reporter())
    return told.report_id


def moved(report_id: UUID, sequence: int) -> wire.Raw:
    """The case of a report moved on."""
    event = case_moved([report_id], sequence, PublicStatus.BEING_CHECKED)
    headers = tuple((name, text.encode()) for name, text in event.envelope.headers())
    return wire.Raw(event.data.topic, event.envelope.subject, event.data.model_dump_json().encode(), headers)
