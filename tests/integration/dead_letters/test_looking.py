"""What is set aside is listed and shown. "None" and "could not read" are different answers."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.consumer import compacted
from tests.infrastructure import free_base
from tests.integration.dead_letters.installation import COLOUR, NOWHERE, Installation, moved
from tests.integration.shared import wire
from tests.proxy import BrokerProxy

CANARY = "Canarina Privighetoare"


@pytest.fixture
async def proxy(installation: Installation) -> AsyncIterator[BrokerProxy]:
    proxy = BrokerProxy(int(installation.broker.bootstrap.rpartition(":")[2]), free_base())
    await proxy.connect()
    yield proxy
    await proxy.cut()


def cells(table: str) -> list[list[str]]:
    """Of a printed table, the titles first."""
    lines = [re.split("[┃│]", line)[1:-1] for line in table.splitlines() if line[:1] in {"┃", "│"}]
    return [[cell.strip() for cell in line] for line in lines]


async def three_set_aside(installation: Installation) -> list[wire.Raw]:
    """By two groups; the third for another reason."""
    records = [moved(uuid4(), sequence) for sequence in (1, 2, 3)]
    why = {1: COLOUR, 2: COLOUR, 3: "unknown shape"}
    await installation.set_aside(*records, by=("reports", "capacity"), why=lambda number: why[number])
    return records


async def test_messages_are_counted_by_topic_group_and_reason(installation: Installation) -> None:
    await three_set_aside(installation)
    told = await installation.ask("list")
    assert (told.code, told.err) == (0, "")
    titles, *rows = cells(told.out)
    assert titles == ["topic", "group", "reason", "count", "oldest"]
    assert [row[:4] for row in rows] == [
        ["triage.case", "capacity", COLOUR, "2"],
        ["triage.case", "capacity", "unknown shape", "1"],
        ["triage.case", "reports", COLOUR, "2"],
        ["triage.case", "reports", "unknown shape", "1"],
    ]
    since = await installation.uows["reports"].pool.fetchval("SELECT min(received_at) FROM inbox")
    assert rows[2][4] == f"{since:%Y-%m-%d %H:%M:%S} UTC"


async def test_a_list_can_be_narrowed_and_tell_the_ids(installation: Installation) -> None:
    records = await three_set_aside(installation)
    told = await installation.ask("list", "--group", "reports", "--reason", "shape", "--all")
    titles, *rows = cells(told.out)
    assert titles == ["id", "group", "place", "since", "reason"]
    assert [row[:2] for row in rows] == [[records[2].id, "reports"]]
    assert await installation.ask("list", "--topic", "capacity.service") == (0, "none\n", "")


async def test_nothing_of_what_a_message_holds_is_seen_by_the_way(installation: Installation) -> None:
    record = moved(uuid4(), 1)
    record = record.valued((record.value or b"")[:-1] + f', "note": "{CANARY}"}}'.encode())
    await installation.set_aside(record)
    for argv in (["list"], ["list", "--all"], ["show", record.id], ["replay", "--preview"]):
        told = await installation.ask(*argv)
        assert CANARY not in told.out
    assert CANARY in (await installation.ask("show", record.id, "--value")).out


async def test_a_slow_broker_is_waited_for(installation: Installation, proxy: BrokerProxy) -> None:
    proxy.latency = 0.06
    assert await installation.ask(PUNTE_KAFKA=proxy.address) == (0, "none\n", "")
    await three_set_aside(installation)
    told = await installation.ask(PUNTE_KAFKA=proxy.address)
    assert told.code == 0
    assert len(cells(told.out)) == 5


async def test_without_a_broker_the_databases_are_listed_and_nobody_says_none(installation: Installation) -> None:
    sentence = f"could not read the dead letters on {NOWHERE}: KafkaConnectionError\n"
    assert await installation.ask(PUNTE_KAFKA=NOWHERE) == (2, "", sentence)
    await three_set_aside(installation)
    told = await installation.ask(PUNTE_KAFKA=NOWHERE)
    assert (told.code, told.err) == (2, sentence)
    assert len(cells(told.out)) == 5
    assert "cannot be replayed" not in told.out  # the letters may well be there


async def test_a_silent_broker_is_given_up(
    installation: Installation, proxy: BrokerProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compacted, "SILENCE_SECONDS", 1.0)
    proxy.stall()
    told = await installation.ask(PUNTE_KAFKA=proxy.address)
    assert told == (2, "", f"could not read the dead letters on {proxy.address}: no answer within 1 s\n")


async def test_without_its_topics_an_installation_could_not_be_read(installation: Installation) -> None:
    told = await installation.ask("list", "--group", "capacity", PUNTE_TOPIC_PREFIX="elsewhere.")
    assert (told.code, told.out) == (2, "")
    assert told.err.endswith(": the broker has no elsewhere.triage.case.capacity.dlq\n")


async def test_a_database_that_is_away_is_named_and_the_others_are_listed(installation: Installation) -> None:
    await three_set_aside(installation)
    told = await installation.ask(PUNTE_CAPACITY_DSN="postgresql://capacity:secret@127.0.0.1:1/capacity")
    assert (told.code, told.err) == (2, "could not read the inbox of capacity: ConnectionRefusedError\n")
    assert {row[1] for row in cells(told.out)[1:]} == {"reports"}


async def test_a_database_without_an_inbox_could_not_be_read(installation: Installation, empty_database: str) -> None:
    told = await installation.ask(PUNTE_TRIAGE_DSN=empty_database)
    assert told == (2, "", "could not read the inbox of triage: UndefinedTableError\n")


async def test_a_message_is_shown_with_its_headers_and_its_value_only_when_asked(installation: Installation) -> None:
    record = moved(uuid4(), 1)
    value = record.value or b""
    await installation.set_aside(record)
    told = await installation.ask("show", record.id)
    assert told.code == 0
    for part in ("reports", "dead, received 20", COLOUR, "ce_type", "punte.triage.CaseStatusChanged.v1"):
        assert part in told.out
    assert f"{len(value)} bytes" in told.out
    assert value.decode() in (await installation.ask("show", record.id, "--value")).out
    assert await installation.ask("show", "no-such-id") == (1, "", "no message no-such-id was set aside\n")


async def test_what_others_wrote_cannot_touch_the_terminal(installation: Installation) -> None:
    record = moved(uuid4(), 1).valued(b"\x1b[2J\xff{").having("x\x1b[31m", b"\x07\xe2\x80\xae[bold]")
    await installation.set_aside(record)
    for argv in (["list"], ["list", "--all"], ["show", record.id], ["show", record.id, "--value"], ["replay"]):
        told = await installation.ask(*argv)
        assert all(character.isprintable() or character == "\n" for character in told.out)
    shown = (await installation.ask("show", record.id, "--value")).out
    for part in (r"x\x1b[31m", r"\x07\u202e[bold]", r"\x1b[2J\xff{"):
        assert part in shown


async def test_what_does_not_fit_together_is_told(installation: Installation) -> None:
    """An inbox that is an older copy, a letter that is gone, and a record that is no letter."""
    first, second = moved(uuid4(), 1), moved(uuid4(), 2)
    await installation.set_aside(first, second)
    pool = installation.uows["reports"].pool
    await pool.execute("DELETE FROM outbox")
    await pool.execute("DELETE FROM inbox WHERE id = $1", first.id)
    dlq = "triage.case.reports.dlq"
    await wire.send(installation.broker, wire.Raw(dlq, second.id, None, ()), wire.Raw(dlq, "x", b"x", ()))
    told = await installation.ask()
    assert f"1 of them have no letter on their topic and cannot be replayed: {second.id}" in told.out
    assert f"replay enters them again: {first.id}" in told.out
    assert f"records that are no dead letters on {dlq}: 1" in told.out
