"""After the handler was mended, what is chosen is handled, once, whoever is killed or asks twice."""

import asyncio
import signal
from uuid import UUID

import pytest

from shared.testing import wait_until
from tests.integration.dead_letters.installation import NOWHERE, Installation, a_report, moved


@pytest.fixture
async def report_id(installation: Installation) -> UUID:
    return await a_report(installation.uows["reports"])


async def test_what_is_replayed_is_heard_and_its_letters_leave_the_topic(
    installation: Installation, report_id: UUID
) -> None:
    first, second = records = [moved(report_id, sequence) for sequence in (1, 2)]
    await installation.set_aside(*records)
    told = await installation.ask("replay")
    assert told.code == 0
    assert [line.split() for line in told.out.splitlines() if line] == [
        ["handled", "reports", first.id],
        ["handled", "reports", second.id],
        ["2", "of", "2:", "2", "handled"],
    ]
    assert await installation.steps() == [1, 2]
    await installation.published()
    assert await installation.letters() == []
    assert await installation.ask() == (0, "none\n", "")


async def test_only_what_is_chosen_is_replayed(installation: Installation, report_id: UUID) -> None:
    records = [moved(report_id, sequence) for sequence in (1, 2, 3, 4)]
    await installation.set_aside(*records, why=lambda number: f"shape {number % 2}")
    await installation.ask("replay", "--reason", "shape 1", "--topic", "triage.case", "--group", "reports")
    assert await installation.steps() == [1, 3]
    await installation.ask("replay", "--id", records[3].id)
    assert await installation.steps() == [1, 3, 4]
    assert await installation.ask("replay", "--group", "capacity") == (0, "none\n", "")
    assert await installation.count("reports", "dead") == 1


async def test_what_is_older_than_the_present_is_told_and_enters_the_history_alone(
    installation: Installation, report_id: UUID
) -> None:
    older, newer = moved(report_id, 1), moved(report_id, 2)
    await installation.set_aside(older, newer)
    await installation.ask("replay", "--id", newer.id)
    told = await installation.ask("replay")
    assert (told.code, told.out.split()[:3]) == (0, ["superseded", "reports", older.id])
    assert await installation.steps() == [1, 2]


async def test_a_preview_tells_and_changes_nothing(installation: Installation, report_id: UUID) -> None:
    good, bad = moved(report_id, 1), moved(report_id, 2).valued(b"{")
    await installation.set_aside(good, bad)
    before = await installation.everything()
    told = await installation.ask("replay", "--preview")
    assert told.code == 1
    assert f"handled         reports   {good.id}" in told.out
    assert f"still bad       reports   {bad.id}  value is not JSON" in told.out
    assert told.out.endswith("2 of 2: 1 handled, 1 still bad; nothing was changed\n")
    assert await installation.everything() == before
    assert len(await installation.letters()) == 2


async def test_what_is_still_bad_remains_and_the_rest_is_handled(installation: Installation, report_id: UUID) -> None:
    good, bad = moved(report_id, 1), moved(report_id, 2).valued(b"{")
    await installation.set_aside(bad, good)
    for _ in range(2):
        assert (await installation.ask("replay")).code == 1
    assert await installation.steps() == [1]
    await installation.published()
    assert await installation.letters() == [bad.id]


async def test_asked_for_twice_by_its_id_a_message_has_one_effect(installation: Installation, report_id: UUID) -> None:
    record = moved(report_id, 1)
    await installation.set_aside(record)
    assert (await installation.ask("replay", "--id", record.id)).code == 0
    before = await installation.everything()
    told = await installation.ask("replay", "--id", record.id)
    assert told.code == 0
    assert f"settled before  reports   {record.id}  handled" in told.out
    assert await installation.everything() == before


async def test_an_id_that_is_not_known_is_told(installation: Installation) -> None:
    told = await installation.ask("replay", "--id", "no-such-id")
    assert (told.code, told.err) == (1, "no message no-such-id was set aside\n")


async def test_hundreds_are_replayed_once_though_one_replay_is_killed_and_two_follow(
    installation: Installation, report_id: UUID
) -> None:
    """Ten more have another reason and are not chosen."""
    records = [moved(report_id, sequence) for sequence in range(1, 311)]
    await installation.set_aside(*records, why=lambda number: f"mended: {number <= 300}")
    argv = ("replay", "--reason", "mended: True")

    killed = await installation.process(*argv)
    await wait_until(lambda: installation.count("reports", "handled"), timeout=60, what="the first one handled")
    killed.kill()
    await killed.communicate()
    done = await installation.count("reports", "handled")
    assert 0 < done < 300

    others = [await installation.process(*argv) for _ in range(2)]
    told = await asyncio.gather(*(installation.told_by(other) for other in others))
    assert [each.code for each in told] == [0, 0], told
    assert sum(each.out.count("\nhandled ") + each.out.startswith("handled ") for each in told) == 300 - done
    assert await installation.steps() == list(range(1, 301))
    assert await installation.count("reports", "dead") == 10
    await installation.published()
    assert sorted(await installation.letters()) == sorted(record.id for record in records[300:])


async def test_a_replay_that_is_interrupted_ends_behind_the_one_in_hand(
    installation: Installation, report_id: UUID
) -> None:
    await installation.set_aside(*(moved(report_id, sequence) for sequence in range(1, 201)))
    asked = await installation.process("replay")
    await wait_until(lambda: installation.count("reports", "handled"), timeout=60, what="the first one handled")
    asked.send_signal(signal.SIGINT)
    told = await installation.told_by(asked)
    done = await installation.count("reports", "handled")
    assert done < 200
    assert (told.code, told.out.splitlines()[-1]) == (1, f"{done} of 200: {done} handled")


async def test_nothing_is_replayed_or_deleted_where_something_could_not_be_read(
    installation: Installation, report_id: UUID
) -> None:
    record = moved(report_id, 1)
    await installation.set_aside(record)
    before = await installation.everything()
    for argv in (["replay"], ["delete", record.id, "--by", "Ana Pop", "--why", "a test"]):
        told = await installation.ask(*argv, PUNTE_KAFKA=NOWHERE)
        assert told.code == 2
        assert "nothing was changed" in told.err
    assert await installation.everything() == before
