import asyncio
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.processes import EndedError, Program, end, run

SLEEPER = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('awake', flush=True); time.sleep(60)",
]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path, "sleeper")
    yield program
    end([program])


async def awake(program: Program) -> None:
    async def ready() -> bool:
        return "awake" in program.log.read_text()

    await program.until_ready(ready)


async def test_a_started_program_is_found_again_by_its_pid_file(program: Program) -> None:
    program.start(SLEEPER)
    found = Program(program.state, "sleeper").process()
    assert found is not None
    assert program.pid_file.read_text().split()[0] == str(found.pid)


async def test_only_the_owner_may_read_pid_file_and_log(program: Program) -> None:
    program.start(SLEEPER)
    assert {stat.S_IMODE(file.stat().st_mode) for file in (program.pid_file, program.log)} == {0o600}


def test_a_program_that_never_started_is_not_running(program: Program) -> None:
    assert program.process() is None
    assert end([program]) == []


async def test_a_process_that_was_given_the_pid_of_an_ended_program_is_left_alone(program: Program) -> None:
    program.start(SLEEPER)
    await awake(program)
    stranger = Program(program.state, "stranger")
    pid, started = program.pid_file.read_text().split()
    stranger.pid_file.write_text(f"{pid} {float(started) - 60}")
    assert stranger.process() is None
    assert end([stranger]) == []
    assert program.process() is not None


async def test_a_killed_program_is_not_running_even_before_anybody_asked_for_its_end(program: Program) -> None:
    program.start(SLEEPER)
    process = program.process()
    assert process
    os.kill(process.pid, signal.SIGKILL)
    assert end([program]) in (["sleeper"], [])
    assert program.process() is None


async def test_ending_removes_the_pid_file_and_names_who_ended(program: Program) -> None:
    program.start(SLEEPER)
    await awake(program)
    assert end([program]) == ["sleeper"]
    assert program.process() is None
    assert not program.pid_file.exists()


async def test_a_program_that_does_not_listen_is_killed(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.processes.GRACE", 0.2)
    program.start(STUBBORN)
    await awake(program)
    assert end([program]) == ["sleeper"]
    assert program.process() is None


async def test_waiting_for_a_program_that_ends_says_where_its_log_is(program: Program) -> None:
    program.start([sys.executable, "-c", "raise SystemExit('no way')"])

    async def never() -> bool:
        return False

    with pytest.raises(EndedError, match=str(program.log)):
        await program.until_ready(never)
    assert "no way" in program.log.read_text()


async def test_waiting_has_an_end(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.processes.PATIENCE", 0.1)
    program.start(SLEEPER)

    async def never() -> bool:
        return False

    with pytest.raises(StackError, match="not ready"):
        await program.until_ready(never)


async def test_a_failing_command_is_told_by_its_last_line() -> None:
    with pytest.raises(StackError, match="failed: the reason"):
        await run([sys.executable, "-c", "import sys; print('first'); sys.exit('the reason')"])


async def test_a_command_gets_the_environment_it_was_given(tmp_path: Path) -> None:
    target = tmp_path / "written"
    script = "import os, pathlib; pathlib.Path(os.environ['TARGET']).write_text('here')"
    await asyncio.wait_for(run([sys.executable, "-c", script], env={"TARGET": str(target)}), 10)
    assert target.read_text() == "here"
