"""What may be asked, and of whom."""

from pathlib import Path

import pytest

from deploy.dead_letters.__main__ import parse
from deploy.dead_letters.servers import servers
from deploy.local import env
from shared.consumer.compacted import CouldNotRead

NAMED = {
    "PUNTE_KAFKA": "kafka:9092",
    "PUNTE_TOPIC_PREFIX": "second.",
    "PUNTE_TRIAGE_DSN": "postgresql://triage@db/triage",
    "PUNTE_TIME_SCALE": "600",
}


def test_without_a_word_all_are_listed() -> None:
    asked = parse([])
    assert (asked.command, asked.group, asked.topic, asked.reason, asked.ids) == ("list", None, None, "", [])


def test_a_replay_is_narrowed_by_group_topic_and_reason() -> None:
    asked = parse(["replay", "--group", "triage", "--topic", "reports.report", "--reason", "schema"])
    assert (asked.group, asked.topic, asked.reason, asked.preview) == ("triage", "reports.report", "schema", False)


def test_a_replay_is_narrowed_to_ids() -> None:
    asked = parse(["replay", "--id", "a", "b", "--id", "c", "--preview"])
    assert (asked.ids, asked.preview) == (["a", "b", "c"], True)


@pytest.mark.parametrize(
    "argv",
    [
        ["delete", "a"],
        ["delete", "a", "--by", "Ana Pop"],
        ["delete", "a", "--why", "a test"],
        ["delete", "a", "--by", " ", "--why", "a test"],
        ["delete", "--by", "Ana Pop", "--why", "a test"],
        ["show"],
        ["list", "--group", "nobody"],
        ["replay", "--topic", "no.topic"],
        ["bury"],
    ],
)
def test_a_question_that_is_none_is_refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parse(argv)
    assert refused.value.code == 2
    assert capsys.readouterr().err


def test_the_servers_that_the_environment_names_are_meant(tmp_path: Path) -> None:
    env.write(tmp_path, {"PUNTE_KAFKA": "127.0.0.1:8092", "PUNTE_REPORTS_DSN": "postgresql://local"})
    meant = servers(NAMED, tmp_path)
    assert (meant.broker.bootstrap, meant.broker.prefix, meant.clock.scale) == ("kafka:9092", "second.", 600)
    assert meant.dsns == {"triage": "postgresql://triage@db/triage"}


def test_else_those_of_the_stack_in_its_folder(tmp_path: Path) -> None:
    env.write(tmp_path, env.environment(tmp_path, 9000, {}))
    meant = servers({"PUNTE_TOPIC_PREFIX": "another."}, tmp_path)
    assert (meant.broker.bootstrap, meant.broker.prefix, meant.clock.scale) == ("127.0.0.1:9092", "", 1)
    assert set(meant.dsns) == set(env.SERVICES)


def test_where_no_broker_is_named_nothing_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRead, match="PUNTE_KAFKA is not set"):
        servers({"PUNTE_TRIAGE_DSN": "postgresql://triage@db/triage"}, tmp_path)
    with pytest.raises(CouldNotRead, match="no stack was started"):
        servers({}, tmp_path)
