"""Places: sought, offered, taken, freed."""

from datetime import datetime, timedelta
from uuid import UUID

from contracts import triage
from contracts.vocabulary import OutOfService, Sex
from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.domain.offer import By
from shared.envelope import Received
from shared.ids import uuid7
from tests.contract.examples import EXAMPLES
from tests.faults.crash_points.acts import Act, Hearing, Importing, Request, Sweeping
from tests.faults.crash_points.scenario import dies
from tests.faults.crash_points.stage import Stage
from tests.integration.capacity.playing import REHABILITATION, accept, admit, ask, fill_up, live_offer, open_door
from tests.unit.triage.building import NOW, envelope

ROW = "S2-15"
SERVICE = identity("service", ROW)
PLACE = identity("place", f"{ROW}/1/1")
STAFF = By("s-1", "Maria", "center_staff")
ASKED = next(example.value for example in EXAMPLES if example.ce_type == triage.PlacementRequested.ce_type)


def by_center(method: str, path: str, body: object = None) -> Request:
    return Request(method, path, body, "center_staff", [ROW])


@dies("capacity imports")
async def an_empty_database(_: Stage) -> Act:
    return Importing()


@dies("capacity hears placements_changed")
async def several_who_need_a_place(stage: Stage) -> Act:
    await fill_up(stage.uow, ROW, leaving=1)
    return Hearing.of(*(asked(uuid7()) for _ in range(3)))


@dies("capacity PUT /api/units/{unit_id}/occupancy")
async def an_opening_occupancy(_: Stage) -> Act:
    return by_center("PUT", f"/api/units/{identity('unit', f'{ROW}/1')}/occupancy", {"occupied": 3})


@dies("capacity PUT /api/services/{service_id}/accepting")
async def a_door_that_opens(stage: Stage) -> Act:
    await open_door(stage.uow, ROW, accepts=False)
    await somebody_waits(stage)
    return by_center("PUT", f"/api/services/{SERVICE}/accepting", {"accepts_referrals": True})


@dies("capacity POST /api/places/{place_id}/out-of-service")
async def a_broken_window(stage: Stage) -> Act:
    return by_center("POST", f"/api/places/{PLACE}/out-of-service", {"reason": "repair"})


@dies("capacity POST /api/places/{place_id}/return-to-service")
async def a_mended_window(stage: Stage) -> Act:
    await break_the_last_place(stage)
    await somebody_waits(stage)
    return by_center("POST", f"/api/places/{PLACE}/return-to-service")


@dies("capacity sweeps back-in-service")
async def a_day_that_has_come(stage: Stage) -> Act:
    await break_the_last_place(stage, until=NOW + timedelta(days=2))
    await somebody_waits(stage)
    return Sweeping("back-in-service", timedelta(days=2))


@dies("capacity POST /api/placements/{case_id}/offers")
async def a_choice(stage: Stage) -> Act:
    await open_door(stage.uow, ROW, accepts=False)
    case_id = await ask(stage.uow)
    body = {"service_id": str(SERVICE), "note": "Am vorbit cu ei."}
    return Request("POST", f"/api/placements/{case_id}/offers", body, "caseworker", [])


@dies("capacity POST /api/offers/{offer_id}/accept")
async def an_acceptance(stage: Stage) -> Act:
    return by_center("POST", f"/api/offers/{await offered(stage)}/accept")


@dies("capacity POST /api/offers/{offer_id}/decline")
async def a_refusal(stage: Stage) -> Act:
    return by_center("POST", f"/api/offers/{await offered(stage)}/decline", {"reason": "person-declined"})


@dies("capacity POST /api/stays/{stay_id}/admit")
async def an_arrival(stage: Stage) -> Act:
    return by_center("POST", f"/api/stays/{await reserved(stage)}/admit")


@dies("capacity POST /api/stays/{stay_id}/absent")
async def a_night_away(stage: Stage) -> Act:
    return by_center("POST", f"/api/stays/{await admit(stage.uow, await ask(stage.uow))}/absent")


@dies("capacity POST /api/stays/{stay_id}/return")
async def a_return(stage: Stage) -> Act:
    stay_id = await admit(stage.uow, await ask(stage.uow))
    async with stage.uow.begin() as tx:
        await handlers.go(tx, stay_id, STAFF, stage.uow.clock)
    return by_center("POST", f"/api/stays/{stay_id}/return")


@dies("capacity POST /api/stays/{stay_id}/not-arrived")
async def nobody_came(stage: Stage) -> Act:
    stay_id = await reserved(stage)
    await somebody_waits(stage)
    return by_center("POST", f"/api/stays/{stay_id}/not-arrived")


@dies("capacity POST /api/stays/{stay_id}/discharge")
async def a_departure(stage: Stage) -> Act:
    await fill_up(stage.uow, ROW, leaving=1)
    stay_id = await admit(stage.uow, await ask(stage.uow))
    await somebody_waits(stage)
    return by_center("POST", f"/api/stays/{stay_id}/discharge", {"reason": "discharged-home"})


@dies("capacity sweeps offer-expiry")
async def a_silent_center(stage: Stage) -> Act:
    await offered(stage)
    await somebody_waits(stage)
    return Sweeping("offer-expiry", timedelta(hours=5))


@dies("capacity sweeps late-arrival")
async def a_late_arrival(stage: Stage) -> Act:
    await reserved(stage)
    return Sweeping("late-arrival", timedelta(days=30))


@dies("capacity sweeps search-again")
async def a_silence_that_is_over(stage: Stage) -> Act:
    await offered(stage)
    await Sweeping("offer-expiry", timedelta(hours=5)).perform(stage)
    return Sweeping("search-again", timedelta(days=2))


@dies("capacity sweeps forgotten-places")
async def a_place_that_was_forgotten(stage: Stage) -> Act:
    await offered(stage)
    await somebody_waits(stage)
    await stage.uow.pool.execute(
        "UPDATE stay SET state = 'ended', ended_at = now(), end_reason = 'moved' WHERE case_id IS NOT NULL"
    )
    await stage.uow.pool.execute(
        "UPDATE place SET free_since = now() FROM stay WHERE place.id = place_id AND case_id IS NOT NULL"
    )
    return Sweeping("forgotten-places", timedelta())


async def offered(stage: Stage) -> UUID:
    """The last place."""
    await fill_up(stage.uow, ROW, leaving=1)
    return await live_offer(stage.uow, await ask(stage.uow))


async def reserved(stage: Stage) -> UUID:
    await fill_up(stage.uow, ROW, leaving=1)
    return await accept(stage.uow, await ask(stage.uow))


async def break_the_last_place(stage: Stage, until: datetime | None = None) -> None:
    async with stage.uow.begin() as tx:
        reason = OutOfService.REPAIR
        await handlers.put_out_of_service(tx, PLACE, reason, until, "", by=STAFF, clock=stage.uow.clock)
    await fill_up(stage.uow, ROW, leaving=1)


async def somebody_waits(stage: Stage) -> None:
    await ask(stage.uow)


def asked(case_id: UUID) -> Received[triage.PlacementRequested]:
    event = triage.PlacementRequested.model_validate(ASKED)
    case = event.case.model_copy(update={"case_id": case_id})
    (person,) = event.request.party
    patient = person.model_copy(update={"age": 40, "sex": Sex.MALE})
    sought = {"need": None, "target": "neuromotor", "codes": (REHABILITATION,), "party": (patient,)}
    request = event.request.model_copy(update=sought)
    return Received(envelope(event.ce_type, 1, NOW), event.model_copy(update={"case": case, "request": request}))
