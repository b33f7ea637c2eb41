"""Which broker and which databases are meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.dead_letters.groups import GROUPS
from deploy.local import env
from shared.broker import Broker
from shared.clock import Clock
from shared.consumer.compacted import CouldNotRead

DSNS = {group: f"PUNTE_{group.upper()}_DSN" for group in GROUPS}


@dataclass(frozen=True)
class Servers:
    """`dsns` are the databases by their groups, as far as they are named."""

    broker: Broker
    dsns: Mapping[str, str]
    clock: Clock


def servers(environment: Mapping[str, str], state: Path) -> Servers:
    """Those that the environment names, or else those of the stack of that folder. Never some of each, and no tombstone
    of one installation in the topics of another. Raises CouldNotRead."""
    named = any(environment.get(name) for name in ("PUNTE_KAFKA", *DSNS.values()))
    values = environment if named else env.read(state)
    if not (kafka := values.get("PUNTE_KAFKA")):
        raise CouldNotRead("PUNTE_KAFKA is not set" if named else f"no stack was started in {state}, see `make up`")
    return Servers(
        Broker(kafka, values.get("PUNTE_TOPIC_PREFIX", "")),
        {group: dsn for group, name in DSNS.items() if (dsn := values.get(name))},
        Clock(float(values.get("PUNTE_TIME_SCALE", "1"))),
    )
