"""The topics of topics.yaml."""

from pathlib import Path

import yaml

from contracts.base import Model


class Topic(Model):
    """`config` holds Kafka's own topic settings; `consumers` are consumer groups."""

    name: str
    owner: str
    key: str
    partitions: int
    consumers: tuple[str, ...]
    config: dict[str, str]


def _read(path: Path) -> tuple[Topic, ...]:
    rows = yaml.safe_load(path.read_text("utf-8"))
    return tuple(
        Topic.model_validate(row | {"name": name, "config": {k: str(v) for k, v in row["config"].items()}})
        for name, row in rows.items()
    )


TOPICS = _read(Path(__file__).with_name("topics.yaml"))
