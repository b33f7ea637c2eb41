import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from contracts.topics import TOPICS
from deploy import topics
from deploy.local import kafka, postgres, stack
from deploy.local.errors import StackError
from deploy.local.ports import HOST, is_taken, port
from deploy.local.processes import Program
from shared.broker import TopicSpec, create_topics


@pytest.fixture
async def env(state: Path, base: int) -> dict[str, str]:
    return await stack.infrastructure_up(state, base)


def pids(state: Path) -> list[int]:
    return [process.pid for program in programs(state) if (process := program.process())]


def programs(state: Path) -> list[Program]:
    return [postgres.program(state), kafka.program(state)]


def family(program: Program) -> list[psutil.Process]:
    process = program.process()
    assert process
    return [process, *process.children(recursive=True)]


def kill(*killed: Program) -> None:
    processes = [process for program in killed if (process := program.process())]
    for process in processes:
        process.kill()
    psutil.wait_procs(processes)


async def test_what_runs_is_not_started_again(env: dict[str, str], state: Path, base: int) -> None:
    before = pids(state)
    assert await stack.infrastructure_up(state, base) == env
    assert pids(state) == before


def sockets(process: psutil.Process) -> list[Any]:
    """Of a process that may end meanwhile, as those of PostgreSQL do."""
    with suppress(psutil.NoSuchProcess):
        return process.net_connections()
    return []


async def test_everything_listens_on_the_loopback_address_only(env: dict[str, str], state: Path) -> None:
    listening = {
        connection.laddr.ip.removeprefix("::ffff:")
        for program in programs(state)
        for process in family(program)
        for connection in sockets(process)
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {HOST}


async def test_a_service_cannot_connect_to_the_database_of_another(env: dict[str, str]) -> None:
    foreign = env["PUNTE_REPORTS_DSN"].rpartition("/")[0] + "/triage"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(foreign)


async def test_a_wrong_password_opens_nothing(env: dict[str, str]) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(env["PUNTE_REPORTS_DSN"], password="guess")


async def test_a_refused_row_does_not_reach_the_log(env: dict[str, str], state: Path) -> None:
    connection = await asyncpg.connect(env["PUNTE_REPORTS_DSN"])
    await connection.execute("CREATE TEMPORARY TABLE reporter (name text PRIMARY KEY)")
    await connection.execute("INSERT INTO reporter VALUES ('Canarul Ana')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("INSERT INTO reporter VALUES ('Canarul Ana')")
    await connection.close()
    log = postgres.program(state).log.read_text()
    assert "duplicate key" in log
    assert "Canarul" not in log


async def test_topics_are_as_the_contracts_say_with_dead_letters_for_each_consumer(env: dict[str, str]) -> None:
    await topics.create(env["PUNTE_KAFKA"], "first.")
    await topics.create(env["PUNTE_KAFKA"], "first.")
    admin = AIOKafkaAdminClient(bootstrap_servers=env["PUNTE_KAFKA"])
    await admin.start()
    described = await admin.describe_topics([f"first.{spec.name}" for spec in topics.specs()])
    (configs,) = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, "first.triage.case.capacity.dlq")]
    )
    await admin.close()
    partitions = {topic["topic"]: len(topic["partitions"]) for topic in described}
    assert all(partitions[f"first.{topic.name}"] == topic.partitions for topic in TOPICS)
    assert partitions["first.triage.case.capacity.dlq"] == 1
    values = {name: value for name, value, *_ in configs.resources[0][4]}
    assert values["cleanup.policy"] == "compact"
    assert values["max.message.bytes"] == str(2 * 1024 * 1024)


async def test_after_kill_9_everything_acknowledged_is_there_again(env: dict[str, str], state: Path, base: int) -> None:
    connection = await asyncpg.connect(env["PUNTE_REPORTS_DSN"])
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
    await connection.execute("INSERT INTO kept VALUES (1)")
    await create_topics(env["PUNTE_KAFKA"], [TopicSpec("kept", partitions=1)], "")
    async with AIOKafkaProducer(bootstrap_servers=env["PUNTE_KAFKA"], acks="all") as producer:
        await producer.send_and_wait("kept", b"one")
    kill(*programs(state))

    assert await stack.infrastructure_up(state, base) == env

    connection = await asyncpg.connect(env["PUNTE_REPORTS_DSN"])
    assert await connection.fetchval("SELECT count(*) FROM kept") >= 1
    await connection.close()
    async with AIOKafkaConsumer("kept", bootstrap_servers=env["PUNTE_KAFKA"], auto_offset_reset="earliest") as consumer:
        assert (await consumer.getone()).value == b"one"


async def test_postgres_starts_right_after_a_kill_9_however_often(env: dict[str, str], state: Path, base: int) -> None:
    for _ in range(5):
        kill(postgres.program(state))
        await stack.infrastructure_up(state, base)
        await (await asyncpg.connect(env["PUNTE_TRIAGE_DSN"])).close()


async def test_another_base_over_a_running_stack_is_refused(env: dict[str, str], state: Path, base: int) -> None:
    with pytest.raises(StackError, match=f"PUNTE_PORT_BASE={base}.*make down"):
        await stack.infrastructure_up(state, base + 100)
    assert stack.running(state) == ["postgres", "kafka"]


async def test_after_down_nothing_runs_and_a_second_up_keeps_the_passwords(
    env: dict[str, str], state: Path, base: int
) -> None:
    assert set(stack.down(state)) == {"postgres", "kafka"}
    assert stack.down(state) == []
    assert not any(is_taken(port(base, name)) for name in ("postgres", "kafka", "controller"))
    assert await stack.infrastructure_up(state, base) == env


async def test_a_busy_port_is_named(env: dict[str, str], state: Path, base: int) -> None:
    stack.down(state)
    with (
        socket.create_server((HOST, port(base, "kafka"))),
        pytest.raises(StackError, match=f"Port {base + 92} \\(kafka\\)"),
    ):
        await stack.infrastructure_up(state, base)
