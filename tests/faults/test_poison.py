"""A thousand bad messages among twenty thousand: they are set aside with the reason, and nothing waits for them."""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from contracts.reports import Report, ReportSubmitted
from contracts.situation import Situation
from contracts.vocabulary import Channel
from deploy import topics
from services.triage.app import create_app
from services.triage.settings import Settings
from shared.broker import Broker, TopicSpec
from shared.db import Pool, close_pool, open_pool
from shared.ids import uuid7
from shared.testing import temporary_database, wait_until
from tests.infrastructure import Infrastructure
from tests.integration.shared import wire
from tests.integration.shared.wire import Raw

ALL, STUCK_SECONDS = 20_000, 5.0
DEAD = TopicSpec("reports.report.triage.dlq", 1)
BIG = b'{"report": "' + b"x" * 900_000 + b'"}'
BAD = {
    "broken JSON": 250,
    "another schema": 250,
    "a header that is not UTF-8": 150,
    "an unknown type": 100,
    "no value": 150,
    "900 KB": 20,
    "a repeated id with another body": 80,
}
REASONS = {
    "broken JSON": "value is not JSON",
    "another schema": "value does not fit its schema: report.received_at (missing)",
    "a header that is not UTF-8": "header ce_subject is not UTF-8",
    "no value": "value is null",
    "900 KB": f"value of {len(BIG)} bytes is larger than 524288",
    "a repeated id with another body": "ce_id was used before with another value",
}
SETTLED = "SELECT count(*) FROM inbox"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Poisoned:
    kind: str
    record: Raw


async def test_a_thousand_bad_among_twenty_thousand_are_set_aside_and_nothing_is_stuck(
    infrastructure: Infrastructure, topic_prefix: str
) -> None:
    broker = Broker(infrastructure.kafka, topic_prefix)
    await topics.create(broker.bootstrap, broker.prefix)
    good = [report() for _ in range(ALL - sum(BAD.values()))]
    bad = list(poisoned(good))
    assert (len(bad), len(good) + len(bad)) == (1_000, ALL)
    await wire.send(broker, *mixed(good, [each.record for each in bad]))

    async with triage(infrastructure, broker) as pool:
        settled = ALL - BAD["an unknown type"]
        assert await longest_standstill(pool, settled) < STUCK_SECONDS
        assert await pool.fetchval("SELECT count(*) FROM source") == len(good)
        reasons = Counter(row["reason"] for row in await pool.fetch("SELECT reason FROM inbox WHERE state = 'dead'"))
        assert reasons == {reason: BAD[kind] for kind, reason in REASONS.items()}
        await wait_until(lambda: all_published(pool), 60, "the empty outbox")
    letters = await wire.read(broker, DEAD)
    assert Counter(letter.value for letter in letters) == Counter(
        each.record.value or b"" for each in bad if each.kind in REASONS
    )
    assert len({letter.key for letter in letters}) == len(letters)


def report() -> Raw:
    """Nothing to place: a pothole."""
    report_id = uuid7()
    told = Report(
        report_id=report_id,
        channel=Channel.WEB,
        verified=True,
        authority="S2",
        received_at=datetime.now(UTC),
        situation=Situation.model_validate({"need": "other-authority", "narrative": "Groapă."}),
        reporter_relation="neighbour",
        reporter_hash=None,
    )
    return wire.raw(ReportSubmitted(report=told), str(report_id))


def poisoned(good: list[Raw]) -> Iterator[Poisoned]:
    for kind, number in BAD.items():
        for first in good[:number]:
            fresh = report()
            yield Poisoned(kind, SPOILED[kind](fresh, fresh.value or b"", first))


SPOILED: dict[str, Callable[[Raw, bytes, Raw], Raw]] = {
    "broken JSON": lambda fresh, value, _: fresh.valued(value[:-9]),
    "another schema": lambda fresh, value, _: fresh.valued(value.replace(b'"received_at"', b'"heard_at"')),
    "a header that is not UTF-8": lambda fresh, _, __: fresh.but("ce_subject", b"\xff\xfe"),
    "an unknown type": lambda fresh, _, __: fresh.but("ce_type", b"punte.reports.ReportDreamt.v1"),
    "no value": lambda fresh, _, __: fresh.valued(None),
    "900 KB": lambda fresh, _, __: fresh.valued(BIG),
    "a repeated id with another body": lambda _, value, first: first.valued(value),
}
"""From a fresh report, its value, and one that was sent before."""


def mixed(good: list[Raw], bad: list[Raw]) -> list[Raw]:
    """In random order, but nothing that repeats an id before the first of it."""
    firsts, others = good[: max(BAD.values())], [*good[max(BAD.values()) :], *bad]
    random.shuffle(others)
    return firsts + others


@asynccontextmanager
async def triage(infrastructure: Infrastructure, broker: Broker) -> AsyncIterator[Pool]:
    """The service as it runs, but for the socket; and a look into its database."""
    async with temporary_database(infrastructure.admin_dsn) as dsn:
        settings = Settings(
            dsn=dsn, kafka=broker.bootstrap, topic_prefix=broker.prefix, issuer="i", audience="a", jwks="none"
        )
        app = create_app(settings)
        pool = await open_pool(dsn, size=2)
        async with app.router.lifespan_context(app):
            yield pool
        await close_pool(pool)


async def longest_standstill(pool: Pool, settled: int) -> float:
    """In seconds, from the first message that is handled or dead until so many are."""
    last = await wait_until(lambda: pool.fetchval(SETTLED), 60, "the first message")
    longest, since = 0.0, time.monotonic()
    while last < settled:
        count = await wait_until(lambda last=last: more_than(pool, last), 60, f"more than {last} of {settled}", 0.1)
        longest, last, since = max(longest, time.monotonic() - since), count, time.monotonic()
    return longest


async def more_than(pool: Pool, last: int) -> int:
    count: int = await pool.fetchval(SETTLED)
    return count if count > last else 0


async def all_published(pool: Pool) -> bool:
    return not await pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
