from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from contracts.vocabulary import Urgency
from services.capacity.app import create_app
from services.capacity.domain.directory import identity
from services.capacity.settings import Settings
from shared.db import UnitOfWork
from shared.ids import uuid7
from shared.paging import to_cursor
from shared.testing import routes_naming_nobody
from tests.integration.capacity.playing import a_patient, ask, fill_up, live_offer, value
from tests.integration.conftest import Api
from tests.unit.capacity.world import a_man

CLINIC = identity("center", "S2-15")
NAME = "Canar Ionescu"
CONFIDENTIAL = f"/api/services/{identity('service', 'S2-11')}"


def an_app() -> FastAPI:
    return create_app(Settings(dsn="", kafka="", issuer="i", audience="a", jwks="none"))


async def a_named_patient(uow: UnitOfWork) -> UUID:
    return await ask(uow, a_patient(person=a_man(name=NAME)))


async def test_every_route_names_who_may_call_it() -> None:
    assert routes_naming_nobody(an_app()) == []


@pytest.mark.parametrize(
    ("method", "path", "roles"),
    [
        ("GET", "/api/services", {"operator", "caseworker", "center_staff", "supervisor", "auditor", "admin"}),
        ("GET", f"/api/placements/{uuid7()}", {"caseworker", "supervisor"}),
        ("GET", f"/api/centers/{CLINIC}/offers", {"center_staff", "caseworker"}),
        ("POST", f"/api/offers/{uuid7()}/accept", {"center_staff", "caseworker"}),
        ("POST", f"/api/offers/{uuid7()}/decline", {"center_staff", "caseworker"}),
        ("POST", f"/api/stays/{uuid7()}/admit", {"center_staff"}),
        ("POST", f"/api/stays/{uuid7()}/not-arrived", {"center_staff"}),
        ("POST", f"/api/stays/{uuid7()}/discharge", {"center_staff"}),
        ("PUT", f"/api/units/{uuid7()}/occupancy", {"center_staff", "supervisor"}),
    ],
)
async def test_a_door_is_open_to_its_roles_alone(api: Api, method: str, path: str, roles: set[str]) -> None:
    body = {"decline": {"reason": "other"}, "discharge": {"reason": "left-on-own"}, "occupancy": {"occupied": 1}}
    json = body.get(path.rpartition("/")[2])
    assert (await api().request(method, path, json=json)).status_code == 401
    for role in ("operator", "caseworker", "center_staff", "supervisor", "auditor", "admin", "partner"):
        status = (await api(role, centers=["S2-15"]).request(method, path, json=json)).status_code
        assert (status == 403) == (role not in roles), role


async def test_a_center_answers_its_offer_and_learns_the_name_by_accepting(api: Api, uow: UnitOfWork) -> None:
    case_id = await a_named_patient(uow)
    clinic = api("center_staff", centers=["S2-15"])
    (offer,) = (await clinic.get(f"/api/centers/{CLINIC}/offers", params={"state": "offered"})).json()["items"]
    assert (offer["row"], offer["case_id"], offer["center_id"]) == ("S2-15", str(case_id), str(CLINIC))
    assert [member["name"] for member in offer["party"]] == [None]
    accepted = (await clinic.post(f"/api/offers/{offer['offer_id']}/accept")).json()
    assert accepted["state"] == "accepted"
    assert [(member["stay_state"], member["name"]) for member in accepted["party"]] == [("reserved", NAME)]
    admitted = (await clinic.post(f"/api/stays/{accepted['party'][0]['stay_id']}/admit")).json()
    assert admitted["state"] == "occupied"
    left = await clinic.post(
        f"/api/stays/{accepted['party'][0]['stay_id']}/discharge", json={"reason": "discharged-home"}
    )
    assert left.json()["end_reason"] == "discharged-home"


async def test_a_caseworker_answers_by_telephone_in_his_own_name_and_sees_no_name(api: Api, uow: UnitOfWork) -> None:
    case_id = await a_named_patient(uow)
    caseworker = api("caseworker", "S2")
    accepted = await caseworker.post(f"/api/offers/{await live_offer(uow, case_id)}/accept")
    assert accepted.json()["answered_by"]["role"] == "caseworker"
    assert NAME not in accepted.text
    assert NAME not in (await caseworker.get(f"/api/placements/{case_id}")).text


async def test_other_centers_offers_and_stays_do_not_exist(api: Api, uow: UnitOfWork) -> None:
    offer_id = await live_offer(uow, await a_named_patient(uow))
    stay_id = await value(uow, "SELECT id FROM stay")
    unit_id = identity("unit", "S2-15/1")
    other = api("center_staff", centers=["S2-14"])
    answers = [
        await other.get(f"/api/centers/{CLINIC}/offers"),
        await other.post(f"/api/offers/{offer_id}/accept"),
        await other.post(f"/api/offers/{offer_id}/decline", json={"reason": "other"}),
        await other.post(f"/api/stays/{stay_id}/admit"),
        await other.put(f"/api/units/{unit_id}/occupancy", json={"occupied": 0}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5


async def test_a_caseworker_of_another_authority_has_no_say(api: Api, uow: UnitOfWork) -> None:
    case_id = await a_named_patient(uow)
    stranger = api("caseworker", "S6")
    assert (await stranger.post(f"/api/offers/{await live_offer(uow, case_id)}/accept")).status_code == 404
    assert (await stranger.get(f"/api/placements/{case_id}")).status_code == 404


async def test_a_late_answer_hears_what_happened(api: Api, uow: UnitOfWork) -> None:
    offer_id = await live_offer(uow, await a_named_patient(uow))
    clinic = api("center_staff", centers=["S2-15"])
    await clinic.post(f"/api/offers/{offer_id}/decline", json={"reason": "no-place", "note": "Camera e udă."})
    late = await clinic.post(f"/api/offers/{offer_id}/accept")
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    assert "a fost refuzată" in late.json()["detail"]


async def test_an_acceptance_sent_twice_gets_the_same_answer(api: Api, uow: UnitOfWork) -> None:
    offer_id = await live_offer(uow, await a_named_patient(uow))
    clinic = api("center_staff", centers=["S2-15"])
    first, second = [(await clinic.post(f"/api/offers/{offer_id}/accept")).json() for _ in range(2)]
    assert first == second


@pytest.mark.parametrize(
    ("role", "centers", "sees"),
    [
        ("operator", [], False),
        ("auditor", [], False),
        ("center_staff", ["S2-15"], False),
        ("center_staff", ["S2-11"], True),
        ("caseworker", [], True),
        ("supervisor", [], True),
    ],
)
async def test_a_confidential_service_is_for_its_center_caseworkers_and_supervisors(
    api: Api, role: str, centers: list[str], sees: bool
) -> None:
    client = api(role, centers=centers)
    assert (await client.get(CONFIDENTIAL)).is_success == sees
    assert (await client.get(f"{CONFIDENTIAL}/places")).is_success == sees
    listed = (await client.get("/api/services", params={"limit": 200})).json()["items"]
    assert ("S2-11" in {service["row"] for service in listed}) == sees


async def test_a_confidential_service_of_another_authority_does_not_exist(api: Api) -> None:
    assert (await api("caseworker", "S6").get(CONFIDENTIAL)).status_code == 404


async def test_services_are_listed_by_authority_in_pages(api: Api) -> None:
    client = api("supervisor", "S6")
    listed: list[dict[str, Any]] = []
    query: dict[str, Any] | None = {"limit": 5}
    while query:
        page = (await client.get("/api/services", params=query)).json()
        listed += page["items"]
        query = {"limit": 5, "cursor": page["next"]} if page["next"] else None
    assert len(listed) == 17
    assert {service["authority"] for service in listed} == {"S6"}
    assert [service["row"] for service in listed] == sorted(service["row"] for service in listed)


async def test_the_last_page_says_that_it_is_the_last(api: Api) -> None:
    client = api("supervisor", "S6")
    for limit, is_last in ((16, False), (17, True), (18, True)):
        page = (await client.get("/api/services", params={"limit": limit})).json()
        assert (page["next"] is None) == is_last


async def test_a_character_that_cannot_be_stored_is_invalid_data(api: Api, uow: UnitOfWork) -> None:
    offer = f"/api/offers/{await live_offer(uow, await a_named_patient(uow))}/decline"
    clinic = api("center_staff", centers=["S2-15"])
    assert (await clinic.post(offer, json={"reason": "other", "note": "a\0b"})).status_code == 422
    assert (await clinic.get("/api/services", params={"code": "a\0b"})).status_code == 422


@pytest.mark.parametrize("path", ["/api/services", f"{CONFIDENTIAL}/places", f"/api/centers/{CLINIC}/offers"])
async def test_a_cursor_that_nobody_gave_is_a_bad_request(api: Api, path: str) -> None:
    for cursor in ("x", "WyJhIl0=", "WyJhIiwgImIiXQ=="):
        answer = await api("caseworker").get(path, params={"cursor": cursor})
        assert answer.status_code == 400 or (path, cursor) == ("/api/services", "WyJhIl0=")


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ("/api/services", ["a\0b"]),
        ("/api/services", ["\ud800"]),
        (f"{CONFIDENTIAL}/places", [str(2**31), "1"]),
        (f"{CONFIDENTIAL}/places", ["1", "-1"]),
    ],
)
async def test_a_position_that_no_row_can_have_is_a_bad_request(api: Api, path: str, position: list[str]) -> None:
    answer = await api("caseworker").get(path, params={"cursor": to_cursor(*position)})
    assert answer.status_code == 400


async def test_places_show_states_to_all_and_people_to_the_own_center(api: Api, uow: UnitOfWork) -> None:
    await fill_up(uow, "S2-15", leaving=1)
    case_id = await a_named_patient(uow)
    await api("caseworker").post(f"/api/offers/{await live_offer(uow, case_id)}/accept")
    path = f"/api/services/{identity('service', 'S2-15')}/places"
    seen = (await api("operator").get(path)).json()
    assert seen["units"][0]["places"] | {"total": 35} == seen["units"][0]["places"]
    assert sorted({place["state"] for place in seen["items"]}) == ["occupied", "reserved"]
    assert {place["stay_id"] for place in seen["items"]} == {None}
    own = await api("center_staff", centers=["S2-15"]).get(path)
    assert all(place["stay_id"] for place in own.json()["items"])
    assert NAME in own.text


async def test_opening_occupancy_is_for_the_own_center_and_supervisors(api: Api) -> None:
    path = f"/api/units/{identity('unit', 'S2-15/1')}/occupancy"
    center, supervisor = api("center_staff", centers=["S2-15"]), api("supervisor", "S2")
    entered = (await center.put(path, json={"occupied": 30})).json()
    assert (entered["opening_occupancy"], entered["places"]["free"]) == (30, 5)
    assert (await supervisor.put(path, json={"occupied": 30})).status_code == 200
    assert (await supervisor.put(path, json={"occupied": 31})).status_code == 409
    assert (await api("supervisor", "S6").put(path, json={"occupied": 30})).status_code == 404
    other = f"/api/units/{identity('unit', 'S2-14/1')}/occupancy"
    assert (await supervisor.put(other, json={"occupied": 28})).status_code == 422
    assert (await supervisor.put(other, json={"occupied": -1})).status_code == 422


async def test_a_placement_shows_its_searches_in_sentences(api: Api, uow: UnitOfWork) -> None:
    case_id = await ask(uow, a_patient(urgency=Urgency.U1, person=a_man(age=12)))
    shown = (await api("caseworker").get(f"/api/placements/{case_id}")).json()
    assert (shown["state"], shown["offers"]) == ("needs-person", [])
    (service,) = shown["searches"][0]["explanation"]["services"]
    said = {check["rule"]: check for check in service["checks"] if not check["ok"]}
    assert said["age"]["ro"] == "Vârsta 12 nu se încadrează în 18+."
    assert said["child-among-adults"]["en"] == "A child (12) is never placed in a service for adults."
    assert service["ro"] == "Nu se potrivește."


async def test_bodies_have_examples_in_romanian() -> None:
    schemas = an_app().openapi()["components"]["schemas"]
    assert all(schemas[name]["examples"] for name in ("Occupancy", "Decline", "Discharge"))
