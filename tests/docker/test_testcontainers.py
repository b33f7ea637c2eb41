"""Where no servers are given and an engine answers, tests run on containers of their own."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from docker import DockerClient
from docker.models.containers import Container
from testcontainers.core.config import testcontainers_config

from deploy.local.keys import token
from deploy.local.ports import HOST
from deploy.local.processes import ROOT
from shared.testing import wait_until
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen
from tests.e2e.stack import Stack, running_stack
from tests.infrastructure import KAFKA, POSTGRES, infrastructure

pytestmark = [pytest.mark.docker, pytest.mark.timeout(300)]

RUN = """
import asyncio
from tests.infrastructure import infrastructure

async def main():
    async with infrastructure() as found:
        print(found.kafka, found.admin_dsn, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUNTE_KAFKA", raising=False)


def servers(engine: DockerClient, kafka: str, dsn: str) -> list[Container]:
    """The containers of Kafka and PostgreSQL at these addresses, while they run."""
    ports = (urlsplit(f"kafka://{kafka}").port, urlsplit(dsn).port)
    return [container for port in ports for container in engine.containers.list(filters={"publish": port})]


async def test_a_journey_runs_on_containers_that_end_with_it(engine: DockerClient, tmp_path: Path) -> None:
    async with infrastructure() as found:
        started = servers(engine, found.kafka, found.admin_dsn)
        assert [container.attrs["Config"]["Image"] for container in started] == [KAFKA, POSTGRES]
        asked = [binding for server in started for binding in server.attrs["HostConfig"]["PortBindings"].values()]
        assert [binding["HostIp"] for (binding,) in asked] == [HOST, HOST]
        async with running_stack(found, tmp_path, "containers.") as stack:
            await lonely_pensioner_comes_to_the_club(stack)
    assert not servers(engine, found.kafka, found.admin_dsn)


async def lonely_pensioner_comes_to_the_club(stack: Stack) -> None:
    caseworker = Caseworker(stack.http, token(stack.state, "caseworker"))
    club = Center(stack.http, token(stack.state, "center_staff", ["S2-13"]), "S2-13")
    report = await Citizen(stack.http).report(situations.lonely_pensioner(), relation="self")
    case_id = await caseworker.case_of(report.report_id)
    await club.admit(await club.accept(await club.offer_for(case_id)))
    await caseworker.sees(case_id, "placed")


@pytest.mark.skipif(testcontainers_config.ryuk_disabled, reason="TESTCONTAINERS_RYUK_DISABLED switches the reaper off")
async def test_the_containers_of_a_killed_run_are_removed(engine: DockerClient) -> None:
    run = await asyncio.create_subprocess_exec(sys.executable, "-c", RUN, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert run.stdout
    addresses = (await run.stdout.readline()).decode().split()
    assert len(servers(engine, *addresses)) == len((KAFKA, POSTGRES))
    run.kill()
    await run.communicate()
    await wait_until(lambda: not servers(engine, *addresses), 60, "the end of the containers", every=0.5)
