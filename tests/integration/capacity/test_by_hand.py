from services.capacity.domain.directory import identity
from shared.db import UnitOfWork
from tests.integration.capacity.playing import a_patient, ask, fill_up, live_offer, state, value
from tests.integration.conftest import Api
from tests.unit.capacity.world import a_man

CLINIC, CLUB = identity("service", "S2-15"), identity("service", "S2-13")
WHY = "Am vorbit cu doamna Pop: îl primesc."


def body(service_id: object, note: str = WHY) -> dict[str, str]:
    return {"service_id": str(service_id), "note": note}


async def test_a_caseworker_picks_a_service_after_its_refusal(uow: UnitOfWork, api: Api) -> None:
    case_id = await ask(uow)
    clinic, caseworker = api("center_staff", centers=["S2-15"]), api("caseworker", "S2")
    await clinic.post(f"/api/offers/{await live_offer(uow, case_id)}/decline", json={"reason": "other"})
    assert await state(uow, case_id) == "needs-person"
    shown = (await caseworker.post(f"/api/placements/{case_id}/offers", json=body(CLINIC))).json()
    assert (shown["state"], [offer["state"] for offer in shown["offers"]]) == ("offered", ["declined", "offered"])
    explanation = shown["searches"][-1]["explanation"]
    assert (explanation["note"], explanation["by"]["role"]) == (WHY, "caseworker")
    assert explanation["services"][0]["ro"] == "Ales de un om."
    assert shown == (await caseworker.get(f"/api/placements/{case_id}")).json()


async def test_what_hinders_a_choice_is_said_in_sentences_and_nothing_changes(uow: UnitOfWork, api: Api) -> None:
    case_id = await ask(uow, a_patient(a_man(age=40)))
    before = await value(uow, "SELECT count(*) FROM outbox")
    refused = await api("caseworker", "S2").post(f"/api/placements/{case_id}/offers", json=body(CLUB))
    assert refused.status_code == 409
    assert [each["rule"] for each in refused.json()["hindrances"]] == ["age"]
    assert refused.json()["hindrances"][0]["ro"] == "Vârsta 40 nu se încadrează în 60+."
    assert await value(uow, "SELECT count(*) FROM outbox") == before


async def test_a_place_that_another_waits_for_is_not_free_to_be_picked(uow: UnitOfWork, api: Api) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    await ask(uow)
    second = await ask(uow)
    refused = await api("caseworker", "S2").post(f"/api/placements/{second}/offers", json=body(CLINIC))
    assert [each["rule"] for each in refused.json()["hindrances"]] == ["free-place"]


async def test_a_choice_without_a_reason_is_none(uow: UnitOfWork, api: Api) -> None:
    case_id = await ask(uow)
    answer = await api("caseworker", "S2").post(f"/api/placements/{case_id}/offers", json=body(CLINIC, "  "))
    assert answer.status_code == 422
