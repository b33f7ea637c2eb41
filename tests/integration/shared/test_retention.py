"""How long the rows of the plumbing are kept."""

from datetime import timedelta

from shared.db import UnitOfWork
from shared.health import Health
from shared.ids import uuid7
from shared.retention import CHUNK, Retention
from tests.integration.shared import lab

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


async def purge(uow: UnitOfWork) -> None:
    await Retention(uow, Health(lab.SERVICE, "retention")).round(uow.clock.now())


async def test_published_events_are_kept_for_a_day_and_unpublished_ones_until_they_are(uow: UnitOfWork) -> None:
    now = uow.clock.now()
    await lab.tell(uow, *(lab.counted(number) for number in range(1, 4)))
    for number, published_at in ((1, now - DAY - SECOND), (2, now - DAY + 60 * SECOND), (3, None)):
        await uow.pool.execute(
            "UPDATE outbox SET published_at = $2, created_at = $3 WHERE sequence = $1",
            number,
            published_at,
            now - 90 * DAY,
        )
    await purge(uow)
    assert [row["sequence"] for row in await uow.pool.fetch("SELECT sequence FROM outbox ORDER BY id")] == [2, 3]


async def test_handled_messages_are_remembered_for_thirty_days_and_dead_ones_for_ever(uow: UnitOfWork) -> None:
    now = uow.clock.now()
    for name, reason, age in (
        ("old", None, 30 * DAY + SECOND),
        ("young", None, 30 * DAY - 60 * SECOND),
        ("dead", "value is not JSON", 900 * DAY),
    ):
        await uow.pool.execute(
            "INSERT INTO inbox VALUES ($1, '', CASE WHEN $2::text IS NULL THEN 'handled' ELSE 'dead' END, $2,"
            " 'lab.count', 0, 0, $3)",
            name,
            reason,
            now - age,
        )
    await purge(uow)
    assert {row["id"] for row in await uow.pool.fetch("SELECT id FROM inbox")} == {"young", "dead"}


async def test_first_answers_are_kept_for_two_days(uow: UnitOfWork) -> None:
    now = uow.clock.now()
    for key, age in (("old", 2 * DAY + SECOND), ("young", 2 * DAY - 60 * SECOND)):
        await uow.pool.execute("INSERT INTO idempotency VALUES ('ana', $1, '', 201, '{}', $2)", key, now - age)
    await purge(uow)
    assert await uow.pool.fetchval("SELECT array_agg(key) FROM idempotency") == ["young"]


async def test_more_than_a_chunk_is_purged_at_once(uow: UnitOfWork) -> None:
    await uow.pool.execute(
        "INSERT INTO inbox SELECT $1 || n, '', 'handled', NULL, 'lab.count', 0, n, $2 FROM generate_series(1, $3) n",
        str(uuid7()),
        uow.clock.now() - 31 * DAY,
        CHUNK + 1,
    )
    await purge(uow)
    assert await uow.pool.fetchval("SELECT count(*) FROM inbox") == 0
