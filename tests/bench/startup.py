"""How long `make up` takes, and how much memory the stack needs at rest."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from deploy.local import kafka, postgres, stack
from deploy.local.env import SERVICES
from deploy.local.processes import Program

MIB = 2**20


def measure(state: Path, base: int, idle: float) -> Iterator[tuple[str, str]]:
    """Leaves the stack running."""
    yield "`make up`, first start of a new stack", f"{up(state, base):.1f} s"
    stack.down(state)
    yield "`make up`, stack that ran before", f"{up(state, base):.1f} s"
    time.sleep(idle)
    memory = {program.name: pss(program) for program in programs(state)}
    yield f"memory after {idle:.0f} s of rest (PSS)", f"{sum(memory.values()):.0f} MiB"
    for name, size in memory.items():
        yield f"— {name}", f"{size:.0f} MiB"


def up(state: Path, base: int) -> float:
    """Seconds until the command of `make up` returns."""
    begun = time.monotonic()
    places = {"PUNTE_STATE": str(state), "PUNTE_PORT_BASE": str(base)}
    subprocess.run([sys.executable, "-m", "deploy.local", "up"], env={**os.environ, **places}, check=True)
    return time.monotonic() - begun


def programs(state: Path) -> list[Program]:
    state = stack.folder(state)
    return [postgres.program(state), kafka.program(state), *(Program(state, service) for service in SERVICES)]


def pss(program: Program) -> float:
    """Proportional set size of a program and its children, in MiB."""
    process = program.process()
    assert process, f"{program.name} does not run"
    total = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += one.memory_full_info().pss
    return total / MIB
