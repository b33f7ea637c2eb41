"""Looks for what is set aside, in the databases and on the topics, and says what it could not read."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from deploy.dead_letters.groups import GROUPS, topics_of
from deploy.dead_letters.servers import DSNS, Servers
from shared.consumer.compacted import SILENCE_SECONDS, CouldNotRead, read_compacted
from shared.consumer.dead_letters import topic_of
from shared.consumer.letters import Letter, letters_of
from shared.consumer.set_aside import SetAside, set_aside
from shared.db import UnitOfWork, close_pool, open_pool

UNREADABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)  # the last: an address that is none


@dataclass(frozen=True)
class Filter:
    """Which messages are meant: what is open, or exactly those of `ids`; `reason` is a part of theirs."""

    group: str | None = None
    topic: str | None = None
    reason: str = ""
    ids: Sequence[str] = ()

    @property
    def groups(self) -> list[str]:
        return [self.group] if self.group else list(GROUPS)

    def fits(self, message: SetAside) -> bool:
        named = message.id in self.ids if self.ids else message.is_open
        return named and self.topic in {None, message.topic} and self.reason in message.reason


@dataclass(frozen=True)
class Held:
    """A message, and the group that set it aside."""

    group: str
    uow: UnitOfWork
    message: SetAside


@dataclass
class Look:
    """What was found, in order of groups and places. `troubles` say what could not be read; `strange`: where something
    lies among the letters that is none."""

    held: list[Held] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    letters_read: bool = True


@asynccontextmanager
async def looking(servers: Servers, wanted: Filter) -> AsyncIterator[Look]:
    """The databases are open until it is left."""
    look = Look()
    letters = await _letters(servers, wanted.groups, look)
    async with AsyncExitStack() as pools:
        each = (_inbox(servers, group, letters.get(group, {}), wanted, pools) for group in wanted.groups)
        for group, found in zip(wanted.groups, await asyncio.gather(*each, return_exceptions=True), strict=True):
            if isinstance(found, BaseException):
                look.troubles.append(f"could not read the inbox of {group}: {_why(found)}")
            else:
                look.held += found
        yield look


async def _letters(servers: Servers, groups: Sequence[str], look: Look) -> dict[str, dict[str, Letter]]:
    """Those of each group. Read before the databases are asked, so that these know of every letter that is found."""
    topics = {topic_of(topic, group): group for group in groups for topic in topics_of(group)}
    letters: dict[str, dict[str, Letter]] = {group: {} for group in groups}
    try:
        for topic, records in (await read_compacted(servers.broker, list(topics))).items():
            found = letters_of(records)
            letters[topics[topic]] |= found
            if len(found) < len(records):
                look.strange.append(f"{topic}: {len(records) - len(found)}")
    except CouldNotRead as error:
        look.troubles.append(f"could not read the dead letters on {servers.broker.bootstrap}: {error}")
        look.letters_read = False
    return letters


async def _inbox(
    servers: Servers, group: str, letters: Mapping[str, Letter], wanted: Filter, pools: AsyncExitStack
) -> list[Held]:
    if group not in servers.dsns:
        raise CouldNotRead(f"{DSNS[group]} is not set")
    async with asyncio.timeout(SILENCE_SECONDS):
        pool = await open_pool(servers.dsns[group], size=2, name="dead-letters")
        pools.push_async_callback(close_pool, pool)
        uow = UnitOfWork(pool, servers.clock)
        messages = await set_aside(pool, group, topics_of(group), letters, wanted.ids)
    return [Held(group, uow, message) for message in messages if wanted.fits(message)]


def _why(error: BaseException) -> str:
    """An error of the driver by its name alone: its text may repeat an address with its password."""
    if isinstance(error, UNREADABLE):
        return type(error).__name__
    if isinstance(error, CouldNotRead):
        return str(error)
    raise error
