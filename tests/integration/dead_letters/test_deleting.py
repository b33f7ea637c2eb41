"""Who deletes a message is remembered, with the reason, for ever."""

from uuid import uuid4

from tests.integration.dead_letters.installation import Installation, moved

ANA = ("--by", "Ana Pop", "--why", "a test of the partner")


async def test_a_deleted_message_is_listed_no_more_and_shown_with_who_and_why(installation: Installation) -> None:
    gone, left = moved(uuid4(), 1), moved(uuid4(), 2)
    await installation.set_aside(gone, left)
    assert (await installation.ask("delete", gone.id, *ANA)).code == 0
    await installation.published()
    assert await installation.letters() == [left.id]
    assert gone.id not in (await installation.ask("list", "--all")).out
    told = await installation.ask("show", gone.id)
    assert told.code == 0
    assert "deleted, received 20" in told.out
    assert "by Ana Pop: a test of the partner" in told.out


async def test_a_deleted_message_is_neither_deleted_again_nor_replayed(installation: Installation) -> None:
    record = moved(uuid4(), 1)
    await installation.set_aside(record)
    await installation.ask("delete", record.id, *ANA)
    before = await installation.everything()
    for argv in (["delete", record.id, "--by", "Dan", "--why", "no reason"], ["replay", "--id", record.id]):
        assert (await installation.ask(*argv)).out.startswith("settled before")
    assert await installation.everything() == before


async def test_of_two_groups_that_set_a_message_aside_one_is_named(installation: Installation) -> None:
    record = moved(uuid4(), 1)
    await installation.set_aside(record, by=("reports", "capacity"))
    told = await installation.ask("delete", record.id, *ANA)
    assert told == (1, "", f"{record.id} was set aside by reports and capacity: say which with --group\n")
    assert (await installation.ask("delete", record.id, "--group", "capacity", *ANA)).code == 0
    assert await installation.count("capacity", "deleted") == 1
    assert await installation.count("reports", "dead") == 1


async def test_a_message_that_was_never_set_aside_is_not_deleted(installation: Installation) -> None:
    assert await installation.ask("delete", "no-such-id", *ANA) == (1, "", "no message no-such-id was set aside\n")
