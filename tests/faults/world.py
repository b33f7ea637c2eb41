"""The whole of Punte on servers of its own that may be killed, behind a network and clocks that may fail."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import libfaketime
import psutil

from deploy import topics
from deploy.local import env, kafka, postgres, services, stack
from deploy.local.env import SERVICES
from deploy.local.ports import HOST, port
from deploy.local.processes import Program
from shared.testing import wait_until
from tests.faults.disk import SmallDisk, small_disk
from tests.infrastructure import free_base
from tests.proxy import BrokerProxy, Proxy

LOGS = Path(".local/faults/log")
"""Where the logs of the last run are kept."""
FAKETIME = Path(libfaketime.__file__).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"
FIRST_LINK = 40
"""Offset of the first proxy's port."""
START_PAUSE = 0.5


@dataclass
class World:
    """`direct` is the environment of those who look on: past the proxies, with the true time."""

    state: Path
    base: int
    direct: Mapping[str, str]
    links: Mapping[str, Proxy]
    disk: SmallDisk | None
    http: Mapping[str, httpx.AsyncClient]
    down: set[str] = field(default_factory=set)
    """Services that nobody starts for the moment."""

    def program(self, name: str) -> Program:
        return Program(self.state, name)

    def family(self, name: str) -> list[psutil.Process]:
        """A program's process and its children: PostgreSQL has one for every connection."""
        process = self.program(name).process()
        return [process, *process.children(recursive=True)] if process else []

    async def runs(self, name: str) -> None:
        await wait_until(self.program(name).process, timeout=120, what=f"{name} to run")

    async def kill(self, name: str) -> None:
        """By SIGKILL."""
        self.program(name).send(signal.SIGKILL)
        await wait_until(lambda: not self.program(name).process(), what=f"the end of {name}")

    async def start_server(self, name: str) -> None:
        await {"kafka": kafka.start, "postgres": postgres.start}[name](self.state, self.base)

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Stopped in the middle of whatever it does."""
        stopped = self.family(name)
        try:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            yield
        finally:
            for process in stopped:
                with suppress(psutil.NoSuchProcess):
                    process.resume()

    def set_clock(self, service: str, ahead: float) -> None:
        """That service's clock differs by so many seconds from now on."""
        (self.state / f"clock-{service}").write_text(f"{ahead:+.0f}\n")

    async def keep_services_up(self) -> None:
        """Whoever is not running is started, as a process manager does it."""
        while True:
            for name in SERVICES:
                if name not in self.down and not self.program(name).process():
                    self.start(name)
            await asyncio.sleep(START_PAUSE)

    def start(self, service: str) -> None:
        self.program(service).start([sys.executable, "-m", f"services.{service}"], self._env_of(service))

    async def all_ready(self) -> None:
        for name, client in self.http.items():
            await wait_until(partial(services.ready, client), timeout=90, what=f"{name} to be ready")

    async def connect(self, service: str) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self.direct[f"PUNTE_{service.upper()}_DSN"], timeout=5)

    def _env_of(self, service: str) -> dict[str, str]:
        dsn = f"PUNTE_{service.upper()}_DSN"
        clock = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.state / f"clock-{service}"),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        through = {
            dsn: at(self.direct[dsn], self.links[f"{service}-postgres"].port),
            "PUNTE_KAFKA": self.links[f"{service}-kafka"].address,
        }
        return services.known_to(service, {**self.direct, **through}) | (clock if FAKETIME.exists() else {})


@asynccontextmanager
async def new_world(time_scale: float) -> AsyncIterator[World]:
    """All four services are ready; they are kept up until the end, and nothing of it is left afterwards."""
    state, base = Path(mkdtemp(prefix="punte-faults-")), free_base()
    async with AsyncExitStack() as resources:
        resources.callback(rmtree, state)
        resources.callback(copytree, state / "log", LOGS, dirs_exist_ok=True)
        resources.callback(stack.down, state)
        direct = await stack.infrastructure_up(state, base, PUNTE_TIME_SCALE=str(time_scale))
        await topics.create(direct["PUNTE_KAFKA"])
        disk = await resources.enter_async_context(small_disk(direct["PUNTE_TRIAGE_DSN"], superuser(state, base)))
        links = dict(new_links(base))
        for link in links.values():
            await link.connect()
            resources.push_async_callback(link.cut)
        http = {
            name: await resources.enter_async_context(
                httpx.AsyncClient(base_url=direct[f"PUNTE_{name.upper()}_URL"], trust_env=False, timeout=15)
            )
            for name in SERVICES
        }
        world = World(state, base, direct, links, disk, http)
        for service in SERVICES:
            world.set_clock(service, 0)
        keeper = asyncio.create_task(world.keep_services_up())
        resources.callback(keeper.cancel)
        await world.all_ready()
        yield world


def new_links(base: int) -> Iterator[tuple[str, Proxy]]:
    """A road from each service to each server: `triage-kafka`."""
    number = base + FIRST_LINK
    for service in SERVICES:
        yield f"{service}-postgres", Proxy(port(base, "postgres"), number)
        yield f"{service}-kafka", BrokerProxy(port(base, "kafka"), number + 1)
        number += 2


def superuser(state: Path, base: int) -> str:
    return f"postgresql://postgres:{env.password(state, 'postgres')}@{HOST}:{port(base, 'postgres')}/postgres"


def at(dsn: str, number: int) -> str:
    """The same database behind another port."""
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{HOST}:{number}"))
