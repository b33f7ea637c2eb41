from deploy.topics import specs


def test_every_consumer_of_a_topic_has_a_dead_letter_topic_of_one_partition() -> None:
    partitions = {spec.name: spec.partitions for spec in specs()}
    assert partitions["triage.case"] == 12
    assert [partitions[f"triage.case.{consumer}.dlq"] for consumer in ("reports", "hotline", "capacity")] == [1, 1, 1]


def test_a_dead_letter_never_expires_and_has_room_for_more_than_a_record() -> None:
    (spec,) = [spec for spec in specs() if spec.name == "hotline.call.triage.dlq"]
    assert spec.config == {"cleanup.policy": "compact", "max.message.bytes": "2097152"}
