"""A message of capacity that was set aside comes back when the case has moved on, or has not."""

from contracts import capacity
from contracts.vocabulary import PlacementState
from services.triage import store
from services.triage.consumers import subscriptions
from shared.consumer.replay import Outcome
from shared.db import UnitOfWork
from tests.integration.replaying import refused, replayed
from tests.integration.triage.playing import hear, open_case, published, referral
from tests.unit.triage.building import WANTS_A_CLUB, report
from tests.unit.triage.test_news import OFFER, WHY


async def test_an_older_word_of_capacity_enters_the_timeline_and_moves_nothing(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    older = await refused(
        uow, "triage", referral(capacity.PlacementWaitlisted, case_id, 1, PlacementState.WAITING, why=WHY, position=1)
    )
    await hear(uow, referral(capacity.ReferralOffered, case_id, 2, PlacementState.OFFERED, offer=OFFER))
    before = (await uow.pool.fetchrow("SELECT * FROM case_file"), await published_about(uow))
    assert (await replayed(uow, "triage", subscriptions, older)).outcome is Outcome.SUPERSEDED
    assert (await uow.pool.fetchrow("SELECT * FROM case_file"), await published_about(uow)) == before
    async with uow.begin() as tx:
        told = [entry.what for entry in await store.history(tx, case_id)]
    assert told.count("PlacementWaitlisted") == 1


async def test_the_newest_word_of_capacity_moves_the_case(uow: UnitOfWork) -> None:
    case_id = await open_case(uow, report(WANTS_A_CLUB))
    newest = await refused(
        uow, "triage", referral(capacity.ReferralOffered, case_id, 1, PlacementState.OFFERED, offer=OFFER)
    )
    assert (await replayed(uow, "triage", subscriptions, newest)).outcome is Outcome.HANDLED
    assert (await published(uow, case_id))[-1].case.placement == "offered"


async def published_about(uow: UnitOfWork) -> int:
    """How many events of cases there are."""
    return int(await uow.pool.fetchval("SELECT count(*) FROM outbox WHERE topic = 'triage.case'"))
