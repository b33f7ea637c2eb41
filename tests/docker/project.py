"""A stack of compose.yaml with a name, ports, an image and secrets of its own, beside any other on the same engine."""

import asyncio
import os
import secrets
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from docker import DockerClient
from docker.errors import ImageNotFound
from docker.models.containers import Container

from deploy.local.env import SERVICES
from deploy.local.files import write_private
from deploy.local.keys import jwks_file, signing_key
from deploy.local.ports import HOST, port
from deploy.local.processes import ROOT
from shared.testing import wait_until
from tests.e2e.stack import opened_client
from tests.infrastructure import free_base

PYTHON = "python:3.12-slim"
EXAMPLE = ROOT / "deploy" / "env.example"
NO_NAME_SERVER = Path(__file__).with_name("no-name-server.yaml")
PATIENCE = 60.0  # seconds until a container is well again


@dataclass(frozen=True)
class Project:
    """`state` holds its settings, which no one else may read, and its signing key."""

    state: Path
    settings: Mapping[str, str]
    engine: DockerClient
    http: Mapping[str, httpx.AsyncClient]

    @property
    def name(self) -> str:
        return self.settings["COMPOSE_PROJECT_NAME"]

    @property
    def secrets(self) -> list[str]:
        return [self.settings[name] for name, value in example().items() if not value]

    async def compose(self, *arguments: str) -> None:
        await asyncio.to_thread(self._compose, *arguments)

    def _compose(self, *arguments: str) -> str:
        files = (ROOT / "compose.yaml", NO_NAME_SERVER)
        chosen = [option for file in files for option in ("-f", str(file))]
        return run_docker("compose", *chosen, "--env-file", str(self.state / "env"), *arguments)

    def logs(self) -> str:
        """The last lines of each container."""
        return self._compose("logs", "--tail", "40")

    def container(self, service: str) -> Container:
        """That of a service, even if it has ended."""
        labels = [f"com.docker.compose.project={self.name}", f"com.docker.compose.service={service}"]
        (found,) = self.engine.containers.list(all=True, filters={"label": labels})
        return found

    async def kill9(self, service: str) -> None:
        """From inside, all but init: what the engine is told to kill, it does not start again."""
        script = "import os, signal; os.kill(-1, signal.SIGKILL)"
        await asyncio.to_thread(self.container(service).exec_run, ["python", "-c", script])

    def restarts(self, service: str) -> int:
        """How often the engine has started it again."""
        return int(self.container(service).attrs["RestartCount"])

    async def started_again(self, service: str, restarts: int) -> None:
        """Wait until that has happened so many times and it is well."""

        def well() -> bool:
            facts = self.container(service).attrs
            return facts["RestartCount"] == restarts and facts["State"]["Health"]["Status"] == "healthy"

        await wait_until(well, PATIENCE, f"{service} started again", every=0.2)

    def belongings(self) -> set[str]:
        """Ids of its containers and networks, names of its volumes, also of those that have no other name."""
        mine = {"label": f"com.docker.compose.project={self.name}"}
        containers = self.engine.containers.list(all=True, filters=mine)
        mounts = [mount for container in containers for mount in container.attrs["Mounts"]]
        return {
            *(container.id for container in containers),
            *(network.id for network in self.engine.networks.list(filters=mine)),
            *(volume.name for volume in self.engine.volumes.list(filters=mine)),
            *(mount["Name"] for mount in mounts if mount["Type"] == "volume"),
        }


@asynccontextmanager
async def running(state: Path, engine: DockerClient, *services: str) -> AsyncIterator[Project]:
    """All of it, or these services; it is taken down at the end, with its image and its data."""
    async with AsyncExitStack() as resources:
        project = await prepared(state, engine, resources)
        resources.callback(remove_image, engine, project.name)
        resources.push_async_callback(project.compose, "down", "-v", "--remove-orphans")
        try:
            await project.compose("up", "--build", "--wait", *services)
        except AssertionError:
            print(project.logs())
            raise
        yield project


async def prepared(state: Path, engine: DockerClient, resources: AsyncExitStack) -> Project:
    base = free_base()
    signing_key(state)
    settings = example() | own_settings(state, base)
    values = {name: value or secrets.token_hex(32) for name, value in settings.items()}
    write_private(state / "env", "".join(f"{name}={value}\n" for name, value in values.items()))
    http = {name: await opened_client(resources, f"http://{HOST}:{port(base, name)}") for name in SERVICES}
    return Project(state, values, engine, http)


def example() -> dict[str, str]:
    """As the file says to fill it in: secrets are empty."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def own_settings(state: Path, base: int) -> dict[str, str]:
    name = f"punte-test-{secrets.token_hex(4)}"
    ports = {f"PUNTE_{service.upper()}_PORT": str(port(base, service)) for service in SERVICES}
    return {"COMPOSE_PROJECT_NAME": name, "PUNTE_IMAGE": name, "PUNTE_JWKS_FILE": str(jwks_file(state)), **ports}


def run_docker(*arguments: str) -> str:
    """What the command prints. Raises AssertionError with its complaint; settings of another stack do not reach it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PUNTE_", "COMPOSE_"))}
    command = ["docker", *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{' '.join(command)}: {ended.stderr}"
    return ended.stdout


def remove_image(engine: DockerClient, name: str) -> None:
    with suppress(ImageNotFound):  # not built for PostgreSQL and Kafka alone
        engine.images.remove(name)


def everything(engine: DockerClient) -> set[str]:
    """As `belongings`, of all stacks."""
    return {
        *(container.id for container in engine.containers.list(all=True, sparse=True)),
        *(network.id for network in engine.networks.list()),
        *(volume.name for volume in engine.volumes.list()),
    }
