"""Use cases of the reports: load, decide, save, in the transaction they are given."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from contracts.situation import Reporter, Situation
from contracts.vocabulary import Channel
from services.reports import domain, events, store
from services.reports.domain import Moment, Report, Step
from shared.db import Tx
from shared.ids import uuid7
from shared.outbox import publish
from shared.pseudonym import pseudonym
from shared.telemetry import correlate, current_traceparent


async def submit(
    tx: Tx,
    channel: Channel,
    situation: Situation,
    reporter: Reporter,
    *,
    signed_in: bool,
    hash_key: bytes,
    now: datetime,
) -> Report:
    """Keep what was told, and apart from it who told it; publish the first alone."""
    report = Report(
        report_id=uuid7(),
        tracking_code=domain.tracking_code(secrets.randbelow(domain.CODES)),
        channel=channel,
        verified=domain.is_verified(channel, signed_in=signed_in),
        authority=domain.authority_in(situation.location.present_sector),
        received_at=now,
        situation=situation.model_dump(mode="json"),
        reporter_relation=reporter.relation,
        reporter_hash=pseudonym(hash_key, reporter.phone, reporter.email),
        traceparent=current_traceparent(),
    )
    correlate(str(report.report_id))
    await store.add(tx, report, reporter)
    await publish(tx, [events.submitted(report)], now)
    return report


async def follow_cases(tx: Tx, steps: Sequence[Step]) -> None:
    """Note where the cases of our reports stand. Steps of unknown reports are none of ours."""
    await store.add_steps(tx, steps)


async def public_history(tx: Tx, tracking_code: str) -> list[Moment]:
    """What the bearer of the code may know. Raises ReportNotFound."""
    found = await store.find(tx, domain.read_tracking_code(tracking_code))
    if found is None:
        raise domain.ReportNotFound
    report_id, received_at = found
    return domain.history(received_at, await store.steps(tx, report_id))
