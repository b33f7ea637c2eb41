"""Who starts a demonstration where there is no room for one hears it in a sentence."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.demo.__main__ import parse, require_room
from deploy.local import env
from deploy.local.errors import StackError

BASE = 9900


def runs(state: Path, name: str) -> None:
    """As if this process were that program of the stack."""
    me = psutil.Process()
    (state / "run").mkdir(parents=True)
    (state / "run" / f"{name}.pid").write_text(f"{me.pid} {me.create_time()}\n")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", BASE + 3)) as server:
        yield server.getsockname()[1]


def test_a_demo_that_is_still_up_is_named(tmp_path: Path) -> None:
    runs(tmp_path / "demo", "kafka")
    with pytest.raises(StackError, match="make down"):
        require_room(tmp_path, BASE)


def test_a_stack_on_the_same_ports_is_named(tmp_path: Path) -> None:
    runs(tmp_path, "kafka")
    env.write(tmp_path, {"PUNTE_PORT_BASE": str(BASE)})
    with pytest.raises(StackError, match=f"PUNTE_PORT_BASE={BASE + 1000}"):
        require_room(tmp_path, BASE)


def test_a_stack_on_other_ports_leaves_room(tmp_path: Path) -> None:
    runs(tmp_path, "kafka")
    env.write(tmp_path, {"PUNTE_PORT_BASE": "8000"})
    require_room(tmp_path, BASE)


def test_a_taken_port_is_named(tmp_path: Path, taken_port: int) -> None:
    with pytest.raises(StackError, match=str(taken_port)):
        require_room(tmp_path, BASE)


@pytest.mark.parametrize(("once", "argv", "wanted"), [("", [], False), ("1", [], True), ("0", ["--once"], True)])
def test_once_is_said_by_the_environment_or_the_option(
    monkeypatch: pytest.MonkeyPatch, once: str, argv: list[str], wanted: bool
) -> None:
    monkeypatch.setenv("ONCE", once)
    assert parse(argv).once is wanted
