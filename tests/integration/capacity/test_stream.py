"""Everybody hears what happens as far as it concerns him, at once and once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from contracts.capacity import EVENTS
from contracts.vocabulary import DeclineReason, StayEndReason
from deploy.local.keys import LIFETIME, token
from services.capacity import handlers
from services.capacity.domain.directory import identity
from services.capacity.domain.errors import NotFound
from services.capacity.store import reading
from services.capacity.store.loading import directory
from services.capacity.store.reading import Sight
from shared.db import Tx, UnitOfWork, close_pool, open_pool
from shared.health import Health
from shared.stream import Tail
from tests.contract.http.world import served
from tests.integration.capacity.playing import a_patient, admit, ask, fill_up, live_offer, rows, value, wanted
from tests.integration.capacity.playing import follow as hear
from tests.integration.following import Client, Message, following
from tests.integration.shared import lab
from tests.unit.capacity.world import ANA, a_man, a_request

Follow = Callable[..., AbstractAsyncContextManager[Client]]
SNAPSHOT = "ServiceCapacitySnapshot"
CLINIC, SHELTER = "S2-15", "S2-11"
"""The only one of its kind, and one that is confidential."""
A_GIRL = a_patient(target="trafficked-child", codes=("8790 CR-C-I",), person=a_man(age=15))


@pytest.fixture
async def follow(app: FastAPI, uow: UnitOfWork, keys: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Follow]:
    """`follow("center_staff", "S2", centers=["S2-15"])`: connected; `after` is the last id that was told before."""
    monkeypatch.setattr("shared.stream.KEEP_ALIVE_SECONDS", 0.05)
    app.state.uow = uow
    app.state.tail = Tail(uow, Health("capacity", "stream"), EVENTS)
    async with lab.running(app.state.tail), served(app) as port:

        def stream(
            role: str, authority: str, centers: Sequence[str] = (), after: str | None = None
        ) -> AbstractAsyncContextManager[Client]:
            bearer = token(keys, role, centers, [authority])
            return following(f"http://127.0.0.1:{port}/api/stream", bearer, after)

        yield stream


async def decline(uow: UnitOfWork, case_id: UUID) -> None:
    offer_id = await live_offer(uow, case_id)
    async with uow.begin() as tx:
        await handlers.decline(tx, offer_id, DeclineReason.OTHER, "", by=ANA, clock=uow.clock)


async def discharge(uow: UnitOfWork, stay_id: UUID) -> None:
    async with uow.begin() as tx:
        await handlers.discharge(tx, stay_id, StayEndReason.DISCHARGED_HOME, ANA, uow.clock)


async def heard(client: Client, uow: UnitOfWork) -> list[Message]:
    """All that came of what has been published by now."""
    found = await client.up_to(await value(uow, "SELECT max(id) FROM outbox"))
    return [message for message in found if message.event not in ("hello", "reset")]


def about_people(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.event != SNAPSHOT]


async def published(uow: UnitOfWork) -> list[tuple[str, str]]:
    """The names and cases of all events about people, as they were committed."""
    found = await rows(uow, "SELECT headers, key FROM outbox WHERE topic = 'capacity.referral' ORDER BY id")
    return [(dict(row["headers"])["ce_type"].split(".")[2], row["key"]) for row in found]


def names_and_cases(messages: list[Message]) -> list[tuple[str, str]]:
    return [(message.event, message.data["case_id"]) for message in about_people(messages)]


def words(data: Any) -> set[str]:
    """Every name and value in it."""
    if isinstance(data, dict):
        return set(data).union(*map(words, data.values()))
    if isinstance(data, list):
        return set().union(*map(words, data))
    return {str(data)}


async def test_an_offer_is_told_to_the_center_that_is_asked_and_to_no_other(follow: Follow, uow: UnitOfWork) -> None:
    async with (
        follow("center_staff", "S2", centers=[CLINIC]) as clinic,
        follow("center_staff", "S2", centers=["S2-14"]) as other,
    ):
        case_id = await ask(uow)
        [offered] = about_people(await heard(clinic, uow))
        assert about_people(await heard(other, uow)) == []
    assert offered.event == "ReferralOffered"
    assert offered.data.keys() == {"case_id", "urgency", "offer", "stay"}
    assert offered.data["offer"]["offer_id"] == str(await live_offer(uow, case_id))
    assert offered.data["offer"]["service"]["row"] == CLINIC
    assert (offered.data["case_id"], offered.data["stay"]["state"]) == (str(case_id), "held")


async def test_a_center_hears_the_way_of_its_stay_and_its_places_are_counted(follow: Follow, uow: UnitOfWork) -> None:
    async with follow("center_staff", "S2", centers=[CLINIC]) as clinic:
        await discharge(uow, await admit(uow, await ask(uow)))
        messages = await heard(clinic, uow)
    assert [(each.event, each.data["stay"]["state"]) for each in about_people(messages)] == [
        ("ReferralOffered", "held"),
        ("ReferralAccepted", "reserved"),
        ("PersonAdmitted", "occupied"),
        ("PersonDischarged", "ended"),
    ]
    places = [each.data["places"] for each in messages if each.event == SNAPSHOT]
    assert [[each[state] for state in ("free", "held", "reserved", "occupied")] for each in places] == [
        [34, 1, 0, 0],
        [34, 0, 1, 0],
        [34, 0, 0, 1],
        [35, 0, 0, 0],
    ]


async def test_a_center_hears_nothing_of_another_that_is_asked_for_the_same_person(
    follow: Follow, uow: UnitOfWork
) -> None:
    first, second = "S2-14", "S6-2"
    case_id = await ask(uow, a_request(codes=(), services=(first, second)))
    begun = str(await value(uow, "SELECT min(id) FROM outbox"))
    await decline(uow, case_id)
    names = {row["row"]: row["name"] for row in await rows(uow, "SELECT row, name FROM service")}
    for own, other in ((first, second), (second, first)):
        async with follow("center_staff", own[:2], centers=[own], after=begun) as client:
            told = about_people(await heard(client, uow))
        assert told
        said = set().union(*(words(message.data) for message in told))
        assert own in said
        assert said.isdisjoint({other, names[other], str(identity("service", other)), "why", "may"})


@pytest.mark.parametrize(
    ("role", "authority", "hears"),
    [
        ("caseworker", "S2", True),
        ("supervisor", "S2", True),
        ("caseworker", "S6", False),
        ("supervisor", "S6", False),
        ("operator", "S2", False),
        ("auditor", "S2", False),
        ("admin", "S2", False),
        ("center_staff", "S2", False),
    ],
)
async def test_a_search_is_told_to_those_who_work_on_the_case(
    follow: Follow, uow: UnitOfWork, role: str, authority: str, hears: bool
) -> None:
    await fill_up(uow, CLINIC, leaving=1)
    async with follow(role, authority) as client:
        first, _ = await ask(uow), await ask(uow)
        await decline(uow, first)
        told = await heard(client, uow)
    assert names_and_cases(told) == (await published(uow) if hears else [])
    assert (SNAPSHOT in {message.event for message in told}) == (authority == "S2")
    if hears:
        waitlisted, declined = (
            next(each.data for each in told if each.event == name)
            for name in ("PlacementWaitlisted", "ReferralDeclined")
        )
        assert (waitlisted["state"], waitlisted["position"]) == ("waiting", 1)
        assert (declined["offer"]["service"]["row"], declined["reason"]) == (CLINIC, "other")


async def test_a_case_of_no_authority_is_told_to_all_who_work_on_cases(follow: Follow, uow: UnitOfWork) -> None:
    async with follow("caseworker", "S6") as client:
        await hear(uow, replace(wanted(a_patient()), authority=None))
        assert names_and_cases(await heard(client, uow)) == await published(uow)


async def test_who_telephones_for_a_center_hears_of_a_strangers_case_what_the_center_hears(
    follow: Follow, uow: UnitOfWork
) -> None:
    async with follow("caseworker", "S6") as caseworker, follow("supervisor", "S6") as supervisor:
        await ask(uow, a_request(codes=(), services=("S6-2",)))
        [offered] = about_people(await heard(caseworker, uow))
        assert (offered.data["offer"]["service"]["row"], "state" in offered.data) == ("S6-2", False)
        assert about_people(await heard(supervisor, uow)) == []


async def test_a_confidential_center_is_known_to_itself_and_to_those_who_may_find_it(
    follow: Follow, uow: UnitOfWork
) -> None:
    named = {SHELTER, str(identity("service", SHELTER)), str(identity("center", SHELTER))}
    alias = str(await value(uow, "SELECT alias FROM service WHERE row = $1", SHELTER))
    readers: list[tuple[dict[str, Any], bool]] = [
        ({"role": "center_staff", "centers": [SHELTER]}, True),
        ({"role": "caseworker"}, True),
        ({"role": "supervisor"}, True),
        ({"role": "center_staff", "centers": [CLINIC]}, False),
        ({"role": "operator"}, False),
        ({"role": "auditor"}, False),
        ({"role": "admin"}, False),
    ]
    async with AsyncExitStack() as clients:
        streams = [await clients.enter_async_context(follow(authority="S2", **reader)) for reader, _ in readers]
        await ask(uow, A_GIRL)
        for stream, (reader, knows) in zip(streams, readers, strict=True):
            told = await heard(stream, uow)
            said = set().union(*(words(message.data) for message in told))
            assert ({message.event for message in told}, named <= said) == (
                ({"ReferralOffered", SNAPSHOT}, True) if knows else (set(), False)
            ), reader
            assert alias not in said


async def test_to_a_caseworker_elsewhere_a_confidential_center_is_its_alias(follow: Follow, uow: UnitOfWork) -> None:
    async with follow("caseworker", "S6") as client:
        await hear(uow, replace(wanted(A_GIRL), authority="S6"))
        [offered] = await heard(client, uow)
    alias = str(await value(uow, "SELECT alias FROM service WHERE row = $1", SHELTER))
    assert offered.data["offer"]["service"] == {
        "service_id": alias,
        "code": "8790 CR-C-I",
        "confidential": True,
        "center_id": None,
        "row": None,
        "name": None,
    }


@pytest.mark.parametrize("authorities", [(), ("S2",), ("S6",), ("S2", "S6")])
@pytest.mark.parametrize("centers", [(), (SHELTER,), (CLINIC, "S6-2")])
@pytest.mark.parametrize("confidential", [True, False])
async def test_the_stream_and_the_lists_show_the_same_services(
    uow: UnitOfWork, authorities: tuple[str, ...], centers: tuple[str, ...], confidential: bool
) -> None:
    sight = Sight(authorities, centers, confidential)
    async with uow.read() as tx:
        services = (await directory(tx)).services
        listed = {row["row"] for row in await reading.services(tx, sight, None, "", 1_000)}
        found = {service.row for service in services if await is_found(tx, service.id, sight)}
    assert {service.row for service in services if sight.lists(service)} == listed
    assert {service.row for service in services if sight.knows(service)} == found


async def is_found(tx: Tx, service_id: UUID, sight: Sight) -> bool:
    try:
        return bool(await reading.service(tx, service_id, sight))
    except NotFound:
        return False


async def test_what_many_decide_at_once_in_two_processes_is_told_in_the_order_of_commits(
    follow: Follow, uow: UnitOfWork, database: str
) -> None:
    pool = await open_pool(database)
    processes = [uow, UnitOfWork(pool, uow.clock)]
    async with follow("caseworker", "S2") as client:
        cases = await asyncio.gather(*(ask(processes[number % 2]) for number in range(30)))
        await asyncio.gather(*(decline(processes[number % 2], case_id) for number, case_id in enumerate(cases)))
        told = await heard(client, uow)
    await close_pool(pool)
    assert names_and_cases(told) == await published(uow)
    ids = [row["id"] for row in await rows(uow, "SELECT id FROM outbox WHERE id > $1 ORDER BY id", int(client.ids[0]))]
    assert [int(message.id) for message in told] == ids


async def test_what_happened_while_nobody_listened_is_told_to_who_comes_back(follow: Follow, uow: UnitOfWork) -> None:
    async with follow("caseworker", "S2") as client:
        await ask(uow)
        before = await heard(client, uow)
    case_id = await ask(uow)
    async with follow("caseworker", "S2", after=before[-1].id) as client:
        await decline(uow, case_id)
        after = await heard(client, uow)
    assert names_and_cases(before + after) == await published(uow)


async def test_an_event_that_is_rolled_back_is_told_to_nobody(follow: Follow, uow: UnitOfWork) -> None:
    async with follow("caseworker", "S2") as client:
        async with uow.rehearse() as tx:
            await handlers.follow_cases(tx, [wanted(a_patient())], uow.clock)
        case_id = await ask(uow)
        assert names_and_cases(await heard(client, uow)) == [("ReferralOffered", str(case_id))]


async def test_a_stream_ends_with_the_token(app: FastAPI, follow: Follow, keys: Path) -> None:
    now = datetime.now(UTC)
    soon = token(keys, "operator", authorities=["S2"], now=now - LIFETIME + timedelta(seconds=2))
    async with follow("operator", "S2") as other, following(str(other.answer.url), soon) as client:
        assert [message.event for message in await client.rest()] == ["hello"]
    assert datetime.now(UTC) - now < timedelta(seconds=4)
