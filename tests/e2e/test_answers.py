"""What centers and caseworkers say, and what follows."""

from collections.abc import Callable

from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen

CENTERS = Callable[[str], Center]


async def test_a_service_that_declines_is_not_asked_again_and_the_next_one_is(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.child_at_risk(), relation="teacher")
    case_id = await caseworker.case_of(report.report_id)
    asked = []
    for _ in range(2):
        offer = (await caseworker.sees_placement(case_id, "offered"))["offers"][-1]
        asked.append(offer["row"])
        await center(offer["row"]).decline(offer["offer_id"], "no-suitable-place")
    placement = await caseworker.sees_placement(case_id, "offered")
    assert len({*asked, placement["offers"][-1]["row"]}) == 3
    assert [offer["state"] for offer in placement["offers"]] == ["declined", "declined", "offered"]
    refused = {service["row"] for service in explained(placement) if failed(service) == ["declined-before"]}
    assert refused == set(asked)


async def test_silence_at_u1_ends_the_offer_and_a_person_is_asked(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.abused_pensioner(), relation="neighbour")
    case_id = await caseworker.case_of(report.report_id)
    await caseworker.decide(case_id, "U1", "8730 CR-V-I", note="Nu poate rămâne acasă.")
    offer_id = await center("S2-1").offer_for(case_id)
    case = await caseworker.sees(case_id, "needs-person")
    assert [line["what"] for line in case["history"]].count("PlacementNeedsPerson") == 1
    assert [offer["state"] for offer in (await caseworker.placement(case_id))["offers"]] == ["expired"]
    late = await center("S2-1").send("POST", "capacity", f"/api/offers/{offer_id}/accept")
    assert late.status_code == 409
    assert "a expirat" in late.json()["detail"]


async def test_a_freed_place_goes_to_the_most_urgent_waiter_then_to_the_longest_waiting(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    clinic = center("S2-15")
    await clinic.leave_free(1)
    resident = await case_of(citizen, caseworker, situations.rehabilitation())
    stay_id = await clinic.accept(await clinic.offer_for(resident))
    await clinic.admit(stay_id)

    first = await waiting_case(citizen, caseworker, situations.rehabilitation())
    second = await waiting_case(citizen, caseworker, situations.rehabilitation())
    urgent = await waiting_case(citizen, caseworker, situations.rehabilitation("repeat-report-within-90-days"))
    assert (await clinic.service())["waiting"] == 3

    await clinic.discharge(stay_id)
    for case_id in (urgent, first, second):
        offer_id = await clinic.offer_for(case_id)
        assert [offer["case_id"] for offer in await clinic.offers()] == [case_id]
        await clinic.decline(offer_id)
    assert (await clinic.counts())["free"] == 1


async def test_a_caseworker_decides_by_name_and_reason(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    report = await citizen.report(situations.disabled_adult_without_carer(), relation="relative")
    case_id = await caseworker.case_of(report.report_id)
    assert (await caseworker.sees(case_id, "awaiting-decision"))["needs_decision"]
    await caseworker.decide(case_id, "U1", "8790 CR-D-I", note="Singur și fără medicamente.")
    case = await caseworker.sees(case_id, "placing")
    assert (case["urgency"], case["decided_by"]["role"]) == ("U1", "caseworker")
    decision = next(line for line in case["history"] if line["what"] == "CaseTriaged")
    assert (decision["who"]["role"], decision["note"]) == ("caseworker", "Singur și fără medicamente.")
    await center("S2-2").offer_for(case_id)


async def test_closing_a_case_withdraws_its_offer_and_frees_the_place(
    citizen: Citizen, caseworker: Caseworker, center: CENTERS
) -> None:
    creche = center("S6-6")
    case_id = await case_of(citizen, caseworker, situations.creche_wanted())
    offer_id = await creche.offer_for(case_id)
    held = (await creche.counts())["held"]
    await caseworker.close(case_id, "withdrawn", note="S-a răzgândit.")
    placement = await caseworker.sees_placement(case_id, "cancelled")
    assert [offer["state"] for offer in placement["offers"]] == ["withdrawn"]
    assert (await creche.counts())["held"] == held - 1
    response = await creche.send("POST", "capacity", f"/api/offers/{offer_id}/accept")
    assert response.status_code == 409


async def case_of(citizen: Citizen, caseworker: Caseworker, situation: situations.Json) -> str:
    return await caseworker.case_of((await citizen.report(situation, relation="self")).report_id)


async def waiting_case(citizen: Citizen, caseworker: Caseworker, situation: situations.Json) -> str:
    case_id = await case_of(citizen, caseworker, situation)
    await caseworker.sees(case_id, "waiting")
    return case_id


def explained(placement: situations.Json) -> list[situations.Json]:
    services: list[situations.Json] = placement["searches"][-1]["explanation"]["services"]
    return services


def failed(service: situations.Json) -> list[str]:
    return [check["rule"] for check in service["checks"] if not check["ok"]]
