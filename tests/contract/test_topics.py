"""The topics: each has one owner, whose events it carries."""

from contracts.catalog import EVENTS
from contracts.topics import TOPICS


def test_every_topic_carries_events_and_every_event_has_a_topic() -> None:
    assert {event.topic for event in EVENTS.values()} == {topic.name for topic in TOPICS}


def test_a_topic_is_named_after_its_owner_and_so_are_its_events() -> None:
    owners = {topic.name: topic.owner for topic in TOPICS}
    for name, owner in owners.items():
        assert name.partition(".")[0] == owner
    for ce_type, event in EVENTS.items():
        _, owner, name, version = ce_type.split(".")
        assert owner == owners[event.topic]
        assert event.__name__ == (name if version == "v1" else f"{name}{version.upper()}")


def test_nobody_consumes_its_own_topic() -> None:
    assert all(topic.owner not in topic.consumers for topic in TOPICS)


def test_a_compacted_topic_carries_one_type_only() -> None:
    for topic in TOPICS:
        if topic.config["cleanup.policy"] == "compact":
            assert len([event for event in EVENTS.values() if event.topic == topic.name]) == 1
