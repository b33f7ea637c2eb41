"""Many reports at once, kept and published as the intake does it."""

import secrets
from dataclasses import fields
from itertools import cycle
from typing import Any

from services.reports import domain, events
from services.reports.api import NewReport
from services.reports.domain import Report
from services.reports.examples import EXAMPLES
from shared.db import UnitOfWork
from shared.ids import uuid7
from shared.outbox import publish
from tests.integration.shared.wire import TRACE

AT_ONCE = 500
COLUMNS = [field.name for field in fields(Report)]
INSERT = f"""
INSERT INTO report ({", ".join(COLUMNS)}) VALUES ({", ".join(f"${n}" for n in range(1, len(COLUMNS) + 1))})
"""
TOLD = cycle(NewReport.model_validate(example["value"]) for example in EXAMPLES.values())
"""One of them goes on to a place by itself, the others wait for a person."""


async def submit(uow: UnitOfWork) -> None:
    reports = [report(uow) for _ in range(AT_ONCE)]
    async with uow.begin() as tx:
        await tx.executemany(INSERT, [values(one) for one in reports])
        await publish(tx, [events.submitted(one) for one in reports], uow.clock.now())


def report(uow: UnitOfWork) -> Report:
    told = next(TOLD)
    return Report(
        report_id=uuid7(),
        tracking_code=domain.tracking_code(secrets.randbelow(domain.CODES)),
        channel=told.channel,
        verified=True,
        authority=domain.authority_in(told.situation.location.present_sector),
        received_at=uow.clock.now(),
        situation=told.situation.model_dump(mode="json"),
        reporter_relation=told.reporter.relation,
        reporter_hash=None,
        traceparent=TRACE,
    )


def values(one: Report) -> list[Any]:
    return [getattr(one, column) for column in COLUMNS]
