"""One stack in containers for all tests here; each leaves it running and well."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing

import docker
import pytest
from docker import DockerClient

from deploy.local.keys import token
from tests.docker.project import PYTHON, Project, running
from tests.e2e.people import Caseworker, Center, Citizen
from tests.infrastructure import KAFKA, POSTGRES, why_no_containers


@pytest.fixture(scope="session", autouse=True)
def engine() -> Iterator[DockerClient]:
    """Without one, nothing here is tested."""
    if reason := why_no_containers(POSTGRES, KAFKA, PYTHON) or why_no_compose():
        pytest.skip(reason)
    with closing(docker.from_env()) as client:
        yield client


def why_no_compose() -> str:
    command = shutil.which("docker")
    if command and subprocess.run([command, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ""
    return "there is no docker command with compose"


@pytest.fixture(scope="session")
async def project(engine: DockerClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Project]:
    async with running(tmp_path_factory.mktemp("compose"), engine) as project:
        yield project


@pytest.fixture
def citizen(project: Project) -> Citizen:
    return Citizen(project.http)


@pytest.fixture
def caseworker(project: Project) -> Caseworker:
    return Caseworker(project.http, token(project.state, "caseworker"))


@pytest.fixture
def center(project: Project) -> Callable[[str], Center]:
    """The staff of the center of a row: `center("S2-13")`."""
    return lambda row: Center(project.http, token(project.state, "center_staff", [row]), row)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What the containers said last stands below the failure."""
    report = yield
    if report.failed and (project := getattr(item, "funcargs", {}).get("project")):
        report.sections.append((f"docker compose logs of {project.name}", project.logs()))
    return report
