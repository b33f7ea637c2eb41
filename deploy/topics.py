"""Creates the topics that the contracts name, and the dead-letter topic of each of their consumers.

`python -m deploy.topics` does it on the broker PUNTE_KAFKA.
"""

import asyncio
import os

from contracts.topics import TOPICS, Topic
from shared.broker import TopicSpec, create_topics

# Twice what the broker takes elsewhere, since a dead letter carries a record as received and its reason.
DEAD_LETTERS = {"cleanup.policy": "compact", "max.message.bytes": str(2 * 1024 * 1024)}


def specs() -> list[TopicSpec]:
    topics = [TopicSpec(topic.name, topic.partitions, topic.config) for topic in TOPICS]
    return topics + [dead_letters(topic, consumer) for topic in TOPICS for consumer in topic.consumers]


def dead_letters(topic: Topic, consumer: str) -> TopicSpec:
    return TopicSpec(f"{topic.name}.{consumer}.dlq", 1, DEAD_LETTERS)


async def create(bootstrap: str, prefix: str = "") -> None:
    """Create what is missing on this broker, each name behind `prefix`; what exists is left as it is."""
    await create_topics(bootstrap, specs(), prefix)


if __name__ == "__main__":
    asyncio.run(create(os.environ["PUNTE_KAFKA"], os.environ.get("PUNTE_TOPIC_PREFIX", "")))
