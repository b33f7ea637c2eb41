"""One function per route: parse, call a handler, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter, ValidationError

from contracts.base import Instant, Storable
from contracts.vocabulary import CaseState, Urgency
from services.triage import handlers, store
from services.triage.api.answers import CaseItem, CaseView, item, view
from services.triage.api.bodies import ClosingBody, ClosingExamples, DecisionBody, DecisionExamples
from services.triage.domain.errors import CaseNotFound
from shared.auth import Who, allow
from shared.http import IdempotencyKey, Problem, Sent, Work
from shared.idempotency import once
from shared.paging import Page, from_cursor, to_cursor

Caseworker = Annotated[Who, allow(handlers.CASEWORKER)]
Reader = Annotated[Who, allow(handlers.CASEWORKER, "supervisor")]
Words = Annotated[str, Query(max_length=100, description="caută în relatare, adresă și nume"), Storable]
Limit = Annotated[int, Query(ge=1, le=200)]
POSITION = TypeAdapter(tuple[Urgency, Instant, UUID])

router = APIRouter(tags=["cazuri / cases"])


@router.get("/api/cases")
async def find_cases(
    *,
    who: Reader,
    uow: Work,
    state: CaseState | None = None,
    urgency: Urgency | None = None,
    source_id: UUID | None = None,
    q: Words | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Page[CaseItem]:
    """Cazurile autorității, cele mai urgente întâi. / The authority's cases, the most urgent first."""
    wanted = store.Filter(who.authorities, state, urgency, source_id, q)
    async with uow.read() as tx:
        cases = await store.find(tx, wanted, _position(cursor), limit + 1)
    page, more = cases[:limit], cases[limit:]
    last = page[-1] if more else None
    following = to_cursor(last.urgency, last.opened_at.isoformat(), str(last.id)) if last else None
    return Page(items=[item(case) for case in page], next=following)


@router.get("/api/cases/{case_id}")
async def read_case(case_id: UUID, who: Reader, uow: Work) -> CaseView:
    """Cazul întreg, cu istoricul lui. / The whole case with its timeline."""
    async with uow.read() as tx:
        case = (await store.get(tx, [case_id])).get(case_id)
        if case is None or not case.seen_by(who.authorities):
            raise CaseNotFound
        return view(case, await store.contents(tx, case_id), await store.history(tx, case_id))


@router.post("/api/cases/{case_id}/decision", response_model=CaseItem)
async def decide(
    *,
    case_id: UUID,
    body: Annotated[DecisionBody, DecisionExamples],
    sent: Sent,
    who: Caseworker,
    uow: Work,
    key: IdempotencyKey = None,
) -> Response:
    """Un om hotărăște urgența și serviciile. / A person decides urgency and services."""
    async with uow.begin() as tx:

        async def answer() -> CaseItem:
            return item(await handlers.decide(tx, case_id, body.choice(), who, uow.clock))

        return await once(tx, key, who.subject, sent, answer, status=200)


@router.post("/api/cases/{case_id}/close", response_model=CaseItem)
async def close(
    *,
    case_id: UUID,
    body: Annotated[ClosingBody, ClosingExamples],
    sent: Sent,
    who: Caseworker,
    uow: Work,
    key: IdempotencyKey = None,
) -> Response:
    """Un om închide cazul. / A person closes the case."""
    async with uow.begin() as tx:

        async def answer() -> CaseItem:
            return item(await handlers.close(tx, case_id, body.ending(), who, uow.clock))

        return await once(tx, key, who.subject, sent, answer, status=200)


def _position(cursor: str | None) -> store.Position | None:
    if cursor is None:
        return None
    try:
        return POSITION.validate_python(from_cursor(cursor, 3))
    except ValidationError:
        raise Problem(400, detail="Cursor necunoscut. / Unknown cursor.") from None
