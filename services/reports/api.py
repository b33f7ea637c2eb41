"""HTTP of the reports. One function per route: parse, call a handler, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Request, Response

from contracts.base import Instant, Model
from contracts.situation import Reporter, Situation
from contracts.vocabulary import Channel, PublicStatus
from services.reports import handlers
from services.reports.domain import Moment
from services.reports.examples import EXAMPLES
from services.reports.settings import Settings
from shared.auth import Who, anyone
from shared.http import IdempotencyKey, Sent, Work
from shared.idempotency import once

STATUS_LABELS = {
    PublicStatus.RECEIVED: ("primită", "received"),
    PublicStatus.BEING_CHECKED: ("se verifică", "being checked"),
    PublicStatus.HELP_BEING_ARRANGED: ("se caută ajutor", "help is being arranged"),
    PublicStatus.HELP_GIVEN: ("s-a dat ajutor", "help has been given"),
    PublicStatus.CLOSED: ("închisă", "closed"),
    PublicStatus.SENT_TO_OTHER_AUTHORITY: ("trimisă altei autorități", "sent to another authority"),
}

router = APIRouter(tags=["sesizări / reports"])


async def _hash_key(request: Request) -> bytes:
    settings: Settings = request.app.state.settings
    return settings.reporter_hash_key.get_secret_value().encode()


HashKey = Annotated[bytes, Depends(_hash_key)]
"""Turns a reporter's contact into a pseudonym."""
Anyone = Annotated[Who | None, anyone]


class NewReport(Model):
    """Nothing but the channel is mandatory."""

    channel: Channel
    situation: Situation = Situation()
    reporter: Reporter = Reporter(anonymous=True)


class Receipt(Model):
    """What a reporter keeps. `tracking_code` opens `status_url` for whoever holds it."""

    report_id: UUID
    tracking_code: str
    status_url: str


class Label(Model):
    ro: str
    en: str


class MomentView(Model):
    status: PublicStatus
    label: Label
    at: Instant


class StatusView(Model):
    """What the bearer of the code may know: the present status and how it came about, first to last."""

    status: PublicStatus
    label: Label
    history: tuple[MomentView, ...]


@router.post("/api/reports", status_code=201, response_model=Receipt)
async def submit(
    *,
    body: Annotated[NewReport, Body(openapi_examples=EXAMPLES)],
    sent: Sent,
    who: Anyone,
    uow: Work,
    hash_key: HashKey,
    key: IdempotencyKey = None,
) -> Response:
    """Oricine poate sesiza, și anonim. / Anybody may report, anonymously too."""
    async with uow.begin() as tx:

        async def answer() -> Receipt:
            report = await handlers.submit(
                tx,
                body.channel,
                body.situation,
                body.reporter,
                signed_in=who is not None,
                hash_key=hash_key,
                now=uow.clock.now(),
            )
            code = report.tracking_code
            return Receipt(report_id=report.report_id, tracking_code=code, status_url=f"/api/reports/{code}")

        return await once(tx, key, who.subject if who else "", sent, answer)


@router.get("/api/reports/{tracking_code}")
async def follow(tracking_code: str, _: Anyone, uow: Work) -> StatusView:
    """Ce s-a întâmplat cu o sesizare, după codul ei. / What became of a report, by its code."""
    async with uow.read() as tx:
        moments = [_moment(moment) for moment in await handlers.public_history(tx, tracking_code)]
    return StatusView(status=moments[-1].status, label=moments[-1].label, history=tuple(moments))


def _moment(moment: Moment) -> MomentView:
    ro, en = STATUS_LABELS[moment.status]
    return MomentView(status=moment.status, label=Label(ro=ro, en=en), at=moment.at)
