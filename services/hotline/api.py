"""HTTP of the hotline. One function per route: parse, call a handler, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from contracts.base import Instant, Model, Storable
from contracts.situation import Code, Reporter, Situation
from contracts.vocabulary import CallType, CaseState, PublicStatus, Urgency
from services.hotline import handlers
from services.hotline.domain import Actor, Call, FreePlaces, Line, Step
from services.hotline.examples import EXAMPLES
from services.hotline.lines import LINES
from services.hotline.settings import Settings
from shared.auth import Who, allow
from shared.http import IdempotencyKey, Sent, Work
from shared.idempotency import once
from shared.paging import Page

OPERATOR = "operator"

router = APIRouter(tags=["apeluri / calls"])


async def _hash_key(request: Request) -> bytes:
    settings: Settings = request.app.state.settings
    return settings.reporter_hash_key.get_secret_value().encode()


HashKey = Annotated[bytes, Depends(_hash_key)]
"""Turns a reporter's contact into a pseudonym."""
Operator = Annotated[Who, allow(OPERATOR)]
ServiceCode = Annotated[str, Query(max_length=20), Storable]


class NewCall(Model):
    """As the operator types it; nothing but line, type and start is mandatory."""

    line: Code
    call_type: CallType
    started_at: Instant
    ended_at: Instant | None = None
    situation: Situation | None = None
    reporter: Reporter = Reporter()
    proposed_urgency: Urgency | None = None


class CallReceipt(Model):
    call_id: UUID


class StepView(Model):
    """The call's case from then on."""

    state: CaseState
    public_status: PublicStatus
    at: Instant


class CallView(Model):
    """The call as it was typed, and what became of it. `reporter` is null for who may not know it. `case_id` and
    `state` are null until a case is opened, and for good where none is."""

    call_id: UUID
    line: str
    call_type: CallType
    authority: str | None
    operator: str
    started_at: Instant
    ended_at: Instant | None
    situation: Situation | None
    proposed_urgency: Urgency | None
    reporter: Reporter | None
    case_id: UUID | None
    state: CaseState | None
    public_status: PublicStatus
    history: tuple[StepView, ...]


@router.post("/api/calls", status_code=201, response_model=CallReceipt)
async def log_call(
    *,
    body: Annotated[NewCall, Body(openapi_examples=EXAMPLES)],
    sent: Sent,
    who: Operator,
    uow: Work,
    hash_key: HashKey,
    key: IdempotencyKey = None,
) -> Response:
    """Orice apel se consemnează, și cel mut. / Every call is logged, a silent one too."""
    async with uow.begin() as tx:

        async def answer() -> CallReceipt:
            call = await handlers.log_call(
                tx,
                line=body.line,
                call_type=body.call_type,
                started_at=body.started_at,
                ended_at=body.ended_at,
                situation=body.situation,
                reporter=body.reporter,
                proposed_urgency=body.proposed_urgency,
                operator=Actor(who.subject, who.name, OPERATOR),
                hash_key=hash_key,
                now=uow.clock.now(),
            )
            return CallReceipt(call_id=call.call_id)

        return await once(tx, key, who.subject, sent, answer)


@router.get("/api/calls/{call_id}")
async def read_call(call_id: UUID, who: Operator, uow: Work) -> CallView:
    """Apelul și ce s-a întâmplat cu el. / The call and what became of it."""
    async with uow.read() as tx:
        call, reporter, story = await handlers.call_and_story(tx, call_id, who.subject, who.authorities)
    return _view(call, reporter, story)


@router.get("/api/lines")
async def list_lines(_: Operator) -> Page[Line]:
    """Liniile, și cele la care nu se mai răspunde. / The lines, also those no longer answered."""
    return Page(items=list(LINES.values()))


@router.get("/api/free-places")
async def list_free_places(who: Operator, uow: Work, code: ServiceCode | None = None) -> Page[FreePlaces]:
    """Locurile libere, după ultimele numărători publicate. / Free places as last published."""
    async with uow.read() as tx:
        return Page(items=await handlers.free_places(tx, code, who.authorities))


def _view(call: Call, reporter: Reporter | None, story: list[Step]) -> CallView:
    last = story[-1] if story else None
    return CallView(
        call_id=call.call_id,
        line=call.line,
        call_type=call.call_type,
        authority=call.authority,
        operator=call.operator.name,
        started_at=call.started_at,
        ended_at=call.ended_at,
        situation=Situation.model_validate(call.situation, extra="ignore") if call.situation else None,
        proposed_urgency=call.proposed_urgency,
        reporter=reporter,
        case_id=last.case_id if last else None,
        state=last.state if last else None,
        public_status=last.status if last else PublicStatus.RECEIVED,
        history=tuple(StepView(state=step.state, public_status=step.status, at=step.at) for step in story),
    )
