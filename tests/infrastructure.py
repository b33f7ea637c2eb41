"""Where tests find PostgreSQL and Kafka: given by the environment, in containers, or as the local stack."""

import asyncio
import gc
import os
import random
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import asyncpg
import docker
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from docker.errors import DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.local.ports import HOST, is_taken
from shared import broker
from shared.testing import wait_until

SERVICES = ("reports", "hotline", "triage", "capacity")
POSTGRES = "postgres:18"
KAFKA = "apache/kafka:4.1.0"


@dataclass(frozen=True)
class Infrastructure:
    """`admin_dsn` may create databases."""

    kafka: str
    admin_dsn: str


@asynccontextmanager
async def infrastructure() -> AsyncIterator[Infrastructure]:
    """The first that there is; what was started here ends here."""
    if given := from_environment(os.environ):
        await require_database_creator(given)
        yield given
    elif not why_no_containers(POSTGRES, KAFKA):
        with ExitStack() as containers:
            yield await in_containers(containers)
    else:
        async with local_stack() as local:
            yield local


def from_environment(environment: Mapping[str, str]) -> Infrastructure | None:
    """Only when Kafka and all four databases are named. The role of the first must be allowed to create databases."""
    names = ["PUNTE_KAFKA", *(f"PUNTE_{service.upper()}_DSN" for service in SERVICES)]
    if not all(environment.get(name) for name in names):
        return None
    return Infrastructure(environment["PUNTE_KAFKA"], environment["PUNTE_REPORTS_DSN"])


async def require_database_creator(given: Infrastructure) -> None:
    """Ends the run in a sentence where tests could not have databases of their own."""
    connection = await asyncpg.connect(given.admin_dsn)
    try:
        may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        if not await connection.fetchval(may):
            pytest.exit(
                "The role of PUNTE_REPORTS_DSN may not create databases: unset PUNTE_KAFKA, or give one that may."
            )
    finally:
        await connection.close()


@cache
def why_no_containers(*images: str) -> str:
    """Empty where an engine answers within a second and has these images and the reaper's, or can pull them."""
    reaper = [] if testcontainers_config.ryuk_disabled else [testcontainers_config.ryuk_image]
    lacking = "no Docker engine answers"
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        try:
            with closing(docker.from_env(timeout=1)) as client:
                client.ping()
            for image in (*images, *reaper):
                lacking = f"the Docker engine has no {image} and cannot pull it"
                pull_if_missing(image)
        except (DockerException, OSError):
            return lacking
        finally:
            gc.collect()  # a client that reaches no engine leaves its socket open
    return ""


def pull_if_missing(image: str) -> None:
    with closing(docker.from_env(timeout=60)) as client:
        try:
            client.images.get(image)
        except ImageNotFound:
            client.images.pull(image)


async def in_containers(containers: ExitStack) -> Infrastructure:
    base = free_base()
    postgres_port, kafka_port = base + 32, base + 92
    containers.enter_context(postgres(postgres_port))
    containers.enter_context(kafka(kafka_port))
    found = Infrastructure(f"{HOST}:{kafka_port}", f"postgresql://postgres:test@{HOST}:{postgres_port}/postgres")
    await wait_until(lambda: answers(found), timeout=100, what="PostgreSQL and Kafka in containers", every=0.2)
    return found


def postgres(port: int) -> DockerContainer:
    server = listening(POSTGRES, 5432, port).with_env("POSTGRES_PASSWORD", "test")
    return server.with_command("postgres -c fsync=off -c max_connections=200")


def kafka(port: int) -> DockerContainer:
    """One KRaft node without automatic topics, quick to join groups and to commit offsets."""
    settings = {
        "NODE_ID": "1",
        "PROCESS_ROLES": "broker,controller",
        "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "LISTENERS": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093",
        "ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "GROUP_COORDINATOR_APPEND_LINGER_MS": "0",
        "AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    server = listening(KAFKA, 9092, port).with_env("KAFKA_HEAP_OPTS", "-Xmx512m")
    for name, value in settings.items():
        server.with_env(f"KAFKA_{name}", value)
    return server


def listening(image: str, inside: int, port: int) -> DockerContainer:
    """On the loopback address only, which `with_bind_ports` cannot say."""
    server = DockerContainer(image)
    server.ports[str(inside)] = (HOST, port)
    return server


async def answers(found: Infrastructure) -> bool:
    try:
        connection = await asyncpg.connect(found.admin_dsn, timeout=2)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return await broker.reachable(found.kafka)


@asynccontextmanager
async def local_stack() -> AsyncIterator[Infrastructure]:
    """The stack of `make up`, without services, in a folder of its own."""
    from deploy.local import env, stack  # noqa: PLC0415 # only where nothing else is found
    from deploy.local.ports import port  # noqa: PLC0415

    state = Path(mkdtemp(prefix="punte-test-"))
    base = free_base()
    try:
        values = await stack.infrastructure_up(state, base)
        password = env.password(state, "postgres")
        yield Infrastructure(
            values["PUNTE_KAFKA"], f"postgresql://postgres:{password}@{HOST}:{port(base, 'postgres')}/postgres"
        )
    finally:
        await asyncio.to_thread(stack.down, state)
        rmtree(state)


def free_base() -> int:
    """A hundred ports of which none is used, below those that the system hands out by itself."""
    bases = random.sample(range(9400, 32000, 100), 200)
    return next(base for base in bases if not any(is_taken(base + offset) for offset in range(100)))


async def drop_topics(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic for topic in await admin.list_topics() if topic.startswith(prefix)])
    finally:
        await admin.close()
