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
from tests.bench.figures import Row
from tests.bench.stack import Stack

MIB = 2**20
REST_SECONDS = 30.0


def measure(bench: Stack) -> Iterator[Row]:
    yield "`make up`, first start of a new stack", f"{up(bench):.1f} s", "below 15 s"
    stack.down(bench.state)
    yield "`make up`, stack that ran before", f"{up(bench):.1f} s", "below 15 s"
    time.sleep(REST_SECONDS)
    memory = {program.name: pss(program) for program in programs(bench.state)}
    yield f"memory after {REST_SECONDS:.0f} s of rest, sum of PSS", f"{sum(memory.values()):.0f} MiB", "below 1.0 GB"
    for name, size in memory.items():
        yield f"— {name}", f"{size:.0f} MiB", ""


def up(bench: Stack) -> float:
    """Seconds until the command of `make up` returns."""
    begun = time.monotonic()
    places = {"PUNTE_STATE": str(bench.state), "PUNTE_PORT_BASE": str(bench.base)}
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
