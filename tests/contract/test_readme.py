"""The table of events that people read is the catalog that programs read."""

import re

from contracts.catalog import EVENTS
from contracts.generate import FOLDER
from contracts.topics import TOPICS

README = (FOLDER / "README.md").read_text("utf-8")
ROW = re.compile(r"^\| `(punte\.\S+)` \| [^|]+ \| (\S+) \| ([^|]+) \| `(\w+)` \|$", re.MULTILINE)


def test_the_table_of_events_agrees_with_the_catalog_and_the_topics() -> None:
    topics = {topic.name: topic for topic in TOPICS}
    written = [
        (ce_type, owner, tuple(consumers.split(", ")), key) for ce_type, owner, consumers, key in ROW.findall(README)
    ]
    meant = [
        (ce_type, topic.owner, topic.consumers, topic.key)
        for ce_type, event in EVENTS.items()
        for topic in [topics[event.topic]]
    ]
    assert written == meant


def test_the_readme_names_every_file_of_the_package() -> None:
    for path in FOLDER.iterdir():
        if not path.name.startswith("__") and path.name != "README.md":
            assert f"`{path.name}{'/' if path.is_dir() else ''}`" in README, path.name
