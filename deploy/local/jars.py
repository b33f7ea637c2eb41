"""Kafka's jars, by coordinates, each checked against the committed list `kafka-jars.txt`.

`python -m deploy.local.jars` prints a new list.
"""

import hashlib
from pathlib import Path

import jgo
import requests
from jgo.maven import MavenContext

from deploy.local.errors import StackError

LIST = Path(__file__).with_name("kafka-jars.txt")
# The `!` keeps the versions that other artifacts manage from replacing Kafka's own.
KAFKA = "org.apache.kafka:kafka_2.13:4.3.1+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"


def classpath() -> str:
    """Paths of the listed jars in Maven's own cache; what is missing is fetched."""
    context = MavenContext()
    return ":".join(str(fetch(context, *line.split())) for line in LIST.read_text().splitlines())


def fetch(context: MavenContext, expected: str, coordinate: str) -> Path:
    group, name, version = coordinate.split(":")
    artifact = context.project(group, name).at_version(version).artifact()
    for _ in range(2):  # an interrupted download leaves half a jar, which is fetched once more
        try:
            path = artifact.resolve()
        except (requests.RequestException, RuntimeError) as error:
            raise StackError(f"{coordinate} could not be fetched; the first start needs the network.") from error
        if sha256(path) == expected:
            return path
        path.unlink()
    raise StackError(f"{coordinate} is not the file that {LIST.name} names: its sha256 differs.")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing() -> str:
    found = {f"{jar.groupId}:{jar.artifactId}:{jar.version}": jar.resolve() for jar in jgo.resolve(KAFKA)}
    return "\n".join(f"{sha256(path)}  {coordinate}" for coordinate, path in sorted(found.items()))


if __name__ == "__main__":
    print(listing())
