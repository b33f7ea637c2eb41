"""What the containers may do, and what the image holds."""

import re
from pathlib import Path

import pytest
from docker import DockerClient
from docker.models.images import Image

from deploy.checks.leaks import repository_files
from deploy.local.env import SERVICES
from deploy.local.ports import HOST
from tests.docker.project import Project, everything, run_docker, running

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]

ALL = ("kafka", "postgres", *SERVICES)
RESTRICTED = {"CapEff": "0000000000000000", "CapBnd": "0000000000000000", "NoNewPrivs": "1"}
PACKAGES = {"contracts", "services", "shared"}
RUN_BY_DEPLOY = {Path("deploy/__init__.py"), Path("deploy/topics.py")}
LIST_FILES = "import pathlib; print(*(path for path in pathlib.Path().rglob('*') if path.is_file()), sep='\\n')"


@pytest.fixture
def image(project: Project) -> Image:
    return project.engine.images.get(project.name)


@pytest.mark.parametrize("service", ALL)
async def test_no_process_is_root_or_can_become_it(project: Project, service: str) -> None:
    container = project.container(service)
    users = {user for _, user in container.top(ps_args="-eo pid,uid")["Processes"]}
    assert users
    assert "0" not in users
    status = container.exec_run(["cat", "/proc/1/status"]).output.decode()
    facts = dict(re.findall(r"^(\w+):\s*(.*)$", status, re.MULTILINE))
    assert {name: facts[name] for name in RESTRICTED} == RESTRICTED


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_can_write_nowhere(project: Project, service: str) -> None:
    refused = project.container(service).exec_run(["touch", "/tmp/new"])
    assert refused.exit_code
    assert b"Read-only file system" in refused.output


@pytest.mark.parametrize("service", ALL)
async def test_ports_are_published_on_the_loopback_address_and_by_services_alone(
    project: Project, service: str
) -> None:
    bindings = [one for many in project.container(service).ports.values() for one in many or []]
    expected = [(HOST, project.settings[f"PUNTE_{service.upper()}_PORT"])] if service in SERVICES else []
    assert [(binding["HostIp"], binding["HostPort"]) for binding in bindings] == expected


async def test_all_services_are_one_image(project: Project, image: Image) -> None:
    assert {project.container(service).image.id for service in ("topics", *SERVICES)} == {image.id}


async def test_the_image_holds_what_runs_compiled_and_nothing_else(project: Project) -> None:
    listed = run_docker("run", "--rm", project.name, "python", "-c", LIST_FILES).splitlines()
    held = {path for path in map(Path, listed) if path.suffix != ".pyc"}
    assert held == {file for file in repository_files() if file.parts[0] in PACKAGES or file in RUN_BY_DEPLOY}
    assert len(listed) - len(held) == sum(path.suffix == ".py" for path in held)


async def test_the_image_holds_no_secret(project: Project, image: Image) -> None:
    told = f"{image.history()} {image.attrs}"
    assert len(project.secrets) == 6
    assert not [secret for secret in project.secrets if secret in told]
    assert "PUNTE_" not in told


async def test_down_with_volumes_leaves_nothing(engine: DockerClient, tmp_path: Path) -> None:
    async with running(tmp_path, engine, "kafka", "postgres") as project:
        before = project.belongings()
        assert len(before) >= len(("kafka", "postgres", "their network", "volume of kafka", "volume of postgres"))
        await project.compose("down", "-v")
        assert not before & everything(engine)
