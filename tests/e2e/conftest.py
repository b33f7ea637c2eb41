"""One stack of four real processes for all tests here. Each test keeps to services of its own, or to their ids."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.env import SERVICES
from deploy.local.keys import token
from tests.e2e.people import Caller, Caseworker, Center, Citizen, Operator
from tests.e2e.stack import Stack, running_stack
from tests.infrastructure import Infrastructure

LINES_SHOWN = 40


@pytest.fixture(scope="session")
async def whole_stack(
    infrastructure: Infrastructure, run_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    async with running_stack(infrastructure, tmp_path_factory.mktemp("stack"), f"{run_prefix}e2e.") as stack:
        yield stack


@pytest.fixture
async def stack(whole_stack: Stack) -> Stack:
    """All four run, whatever the test before did."""
    await whole_stack.start(*SERVICES)
    return whole_stack


@pytest.fixture
def citizen(stack: Stack) -> Citizen:
    return Citizen(stack.http)


@pytest.fixture
def operator(stack: Stack) -> Operator:
    return Operator(stack.http, token(stack.state, "operator"))


@pytest.fixture
def caseworker(stack: Stack) -> Caseworker:
    return Caseworker(stack.http, token(stack.state, "caseworker"))


@pytest.fixture
def supervisor(stack: Stack) -> Caller:
    return Caller(stack.http, token(stack.state, "supervisor"))


@pytest.fixture
def center(stack: Stack) -> Callable[[str], Center]:
    """The staff of the center of a row: `center("S2-13")`."""
    return lambda row: Center(stack.http, token(stack.state, "center_staff", [row]), row)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """The last lines of every process stand below the failure."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("whole_stack")
    if report.failed and stack:
        for name in SERVICES:
            report.sections.append((f"{name}: {stack.program(name).log}", last_lines(stack.program(name).log)))
    return report


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-LINES_SHOWN:])
