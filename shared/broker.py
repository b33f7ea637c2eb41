"""Topics and the reachability of the broker."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

KNOWN_SECONDS = 10.0
LOOK_EVERY = 0.02


@dataclass(frozen=True)
class Broker:
    """Where the broker is, and the prefix that this installation puts before its topics and groups."""

    bootstrap: str
    prefix: str = ""


@dataclass(frozen=True)
class TopicSpec:
    """A topic without its prefix."""

    name: str
    partitions: int = 12
    config: Mapping[str, str] = field(default_factory=dict)


async def create_topics(bootstrap: str, topics: Sequence[TopicSpec], prefix: str = "") -> None:
    """Create those that are missing; existing ones are left as they are. Returns when clients are told of all of them,
    which is a moment after they are made. Raises KafkaError or TimeoutError."""
    names = {prefix + topic.name for topic in topics}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        response = await admin.create_topics([_new_topic(topic, prefix) for topic in topics])
        for name, code, *_ in response.topic_errors:
            if (error := for_code(code)) not in {NoError, TopicAlreadyExistsError}:
                raise error(name)
        async with asyncio.timeout(KNOWN_SECONDS):
            while not names <= set(await admin.list_topics()):  # noqa: ASYNC110 # the broker tells nobody
                await asyncio.sleep(LOOK_EVERY)
    finally:
        await admin.close()


def _new_topic(topic: TopicSpec, prefix: str) -> NewTopic:
    new = NewTopic(prefix + topic.name, topic.partitions, 1, topic_configs=dict(topic.config))
    new.replication_factor = -1  # the broker's own default, which the constructor does not let through
    return new


async def reachable(bootstrap: str, within: float = 1.0) -> bool:
    """Whether the broker answers within that many seconds."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    try:
        async with asyncio.timeout(within):
            await client.bootstrap()
    except Exception:
        return False
    else:
        return True
    finally:
        await client.close()
