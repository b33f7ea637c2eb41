"""The whole stack of one state folder: up, down."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from deploy import topics
from deploy.local import env, kafka, ports, postgres, services
from deploy.local.env import SERVICES
from deploy.local.errors import StackError
from deploy.local.keys import signing_key
from deploy.local.processes import Program, end


async def up(state: Path, base: int, **settings: str) -> dict[str, str]:
    """Start what is not running, and return the environment of the stack when all of it is ready.

    `settings` are further PUNTE_ variables for the services.
    """
    state = folder(state)
    require_free_ports(state, base, *SERVICES)
    values = await infrastructure_up(state, base, **settings)
    await timed("topics", topics.create(values["PUNTE_KAFKA"]))
    await together(*(timed(service, services.start(state, service, values)) for service in SERVICES))
    return values


async def infrastructure_up(state: Path, base: int, **settings: str) -> dict[str, str]:
    """As `up`, without topics and services: PostgreSQL with the four databases, Kafka, keys and `<state>/env`."""
    state = folder(state)
    require_same_base(state, base)
    require_free_ports(state, base, "postgres", "kafka", "controller")
    signing_key(state)
    values = env.environment(state, base, settings)
    env.write(state, values)
    await together(timed("postgres", postgres.start(state, base)), timed("kafka", kafka.start(state, base)))
    return values


def down(state: Path) -> list[str]:
    """End what runs, the services first; returns the names of what was ended."""
    state = folder(state)
    ended = end([Program(state, service) for service in SERVICES])
    return ended + end([kafka.program(state), postgres.program(state)])


def running(state: Path) -> list[str]:
    programs = [postgres.program(state), kafka.program(state), *(Program(state, service) for service in SERVICES)]
    return [program.name for program in programs if program.process()]


def folder(state: Path) -> Path:
    """The state folder by its full name, since not all programs run in the same working folder."""
    return state.resolve()


def require_same_base(state: Path, base: int) -> None:
    current = env.read(state).get("PUNTE_PORT_BASE", str(base))
    if current != str(base) and running(state):
        raise StackError(
            f"The stack of {state} runs with PUNTE_PORT_BASE={current}: end it with `make down`, "
            f"or start a second one with another PUNTE_STATE."
        )


def require_free_ports(state: Path, base: int, *names: str) -> None:
    """Those of programs that run already are theirs."""
    owners = {"controller": "kafka"}
    ports.require_free(base, *(name for name in names if not Program(state, owners.get(name, name)).process()))


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Raise the first error when all have ended, so that nothing is started behind the back of `down`."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def timed(name: str, work: Coroutine[Any, Any, None]) -> None:
    begun = time.monotonic()
    await work
    print(f"  {name:<9} ready  {time.monotonic() - begun:5.1f} s", flush=True)
