"""Programs of a stack: those that outlive the command that started them, and those that run to their end."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.errors import StackError
from deploy.local.files import write_private
from deploy.local.users import as_user

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds until a program must be ready
GRACE = 20.0  # seconds from asking a program to end until it is killed
POLL = 0.05
DRIFT = 2.0  # seconds by which a start time may differ between two readings, since the clock it is reckoned from is set

_children: list[subprocess.Popen[bytes]] = []  # kept, since a Popen collected before its process ends warns


class EndedError(StackError):
    """A program ended while others waited for it to be ready."""


@dataclass(frozen=True)
class Program:
    """A program known by the pid and the start time in `<state>/run/<name>.pid`."""

    state: Path
    name: str
    end_signal: signal.Signals = signal.SIGTERM

    @property
    def pid_file(self) -> Path:
        return self.state / "run" / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        return self.state / "log" / f"{self.name}.log"

    def process(self) -> psutil.Process | None:
        """The living process; a later one that was given the same pid is not it. A child lives until it is reaped: its
        first thread may be gone before the others are."""
        reap()
        try:
            pid, started = self.pid_file.read_text().split()
            process = psutil.Process(int(pid))
            same = abs(process.create_time() - float(started)) < DRIFT
            ours = any(child.pid == process.pid for child in _children)
            return process if same and (ours or process.status() != psutil.STATUS_ZOMBIE) else None
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    def start(self, argv: Sequence[str | Path], env: Mapping[str, str] | None = None, user: int | None = None) -> None:
        """Start in a session of its own, so that the end of the terminal is not its end."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            child = subprocess.Popen(
                argv,
                env={**os.environ, **(env or {})},
                cwd=working_folder(user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                **as_user(user),
            )
        _children.append(child)
        write_private(self.pid_file, f"{child.pid} {psutil.Process(child.pid).create_time()}\n")

    def send(self, number: signal.Signals) -> bool:
        """Whether there was somebody to send it to."""
        process = self.process()
        with suppress(psutil.NoSuchProcess):
            if process:
                process.send_signal(number)
        return process is not None

    async def until_ready(self, ready: Callable[[], Awaitable[bool]]) -> None:
        """Raise EndedError when the program ends first, StackError when it takes longer than PATIENCE."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not await ready():
            if self.process() is None:
                raise EndedError(f"{self.name} ended while it was starting: see {self.log}.")
            if asyncio.get_running_loop().time() > deadline:
                raise StackError(f"{self.name} is not ready after {PATIENCE:.0f} s: see {self.log}.")
            await asyncio.sleep(POLL)


def reap() -> None:
    """Let go of children that ended: until then their pids look alive, to PostgreSQL's lock file among others."""
    _children[:] = [child for child in _children if child.poll() is None]


def end(programs: Sequence[Program]) -> list[str]:
    """Ask all to end, kill those that do not within GRACE, and name those that were running."""
    living = [program for program in programs if program.send(program.end_signal)]
    for program in outliving(living, GRACE):
        program.send(signal.SIGKILL)
    outliving(living, GRACE)
    reap()
    for program in programs:
        program.pid_file.unlink(missing_ok=True)
    return [program.name for program in living]


def outliving(programs: Sequence[Program], seconds: float) -> list[Program]:
    deadline = time.monotonic() + seconds
    while (living := [program for program in programs if program.process()]) and time.monotonic() < deadline:
        time.sleep(POLL)
    return living


async def run(argv: Sequence[str | Path], env: Mapping[str, str] | None = None, user: int | None = None) -> None:
    """Run to its end; a failure raises StackError with the last line it wrote."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        env={**os.environ, **(env or {})},
        cwd=working_folder(user),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        umask=0o077,
        **as_user(user),
    )
    output, _ = await process.communicate()
    if process.returncode:
        last = output.decode(errors="replace").strip().rpartition("\n")[2]
        raise StackError(f"{Path(argv[0]).name} failed: {last}")


def working_folder(user: int | None) -> Path:
    """Another user may not be allowed into the project."""
    return ROOT if user is None else Path("/")
