"""Promise 4: who reported stays where it was taken, and a confidential center is nameless, also after a death."""

import secrets
from collections.abc import Callable

from deploy.local.env import SERVICES
from tests.e2e import situations
from tests.e2e.people import Caseworker, Center, Citizen, Operator
from tests.e2e.stack import Stack

TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
CONFIDENTIAL = "Gavroche"


async def test_reporters_and_confidential_centers_are_named_nowhere_else(
    stack: Stack, citizen: Citizen, operator: Operator, caseworker: Caseworker, center: Callable[[str], Center]
) -> None:
    neighbour, caller = canary(), canary()
    await stack.broker.cut()
    report = await citizen.report(situations.trafficked_girl(), relation="neighbour", **neighbour)
    call_id = await operator.log_call("child-119", "about-other", situations.trafficked_girl(), **caller)
    assert await stack.unpublished("reports") == await stack.unpublished("hotline") == 1
    await stack.kill9("reports", "hotline")
    await stack.broker.connect()
    await stack.start("reports", "hotline")

    for source_id in (report.report_id, call_id):
        case_id = await caseworker.case_of(source_id)
        await caseworker.decide(case_id, "U1", "8790 CR-C-I", note="Traficantul este liber.")
        await center("S2-11").offer_for(case_id)

    everything = await all_that_is_kept(stack)
    for word in neighbour.values():
        assert where(everything, word) == {"database reports, reporter"}
    for word in caller.values():
        assert where(everything, word) == {"database hotline, reporter"}
    assert {place.split(",")[0] for place in where(everything, CONFIDENTIAL)} == {"database capacity"}


def canary() -> dict[str, str]:
    """Words that occur nowhere by chance."""
    mark = secrets.token_hex(8)
    return {"name": f"Canar {mark}", "phone": f"07{secrets.randbelow(10**8):08}", "email": f"{mark}@example.ro"}


async def all_that_is_kept(stack: Stack) -> dict[str, str]:
    """Every topic from offset 0, every log, every table of the four databases, as text."""
    kept: dict[str, str] = {}
    for event in await stack.events():
        place = f"topic {event.topic}"
        kept[place] = kept.get(place, "") + f"{event.key} {event.headers} {event.value.decode()}\n"
    for service in SERVICES:
        kept[f"log {service}"] = stack.program(service).log.read_text("utf-8")
        for (table,) in await stack.fetch(service, TABLES):
            kept[f"database {service}, {table}"] = "\n".join(
                readable(row.values()) for row in await stack.fetch(service, f'SELECT * FROM "{table}"')
            )
    return kept


def readable(values: object) -> str:
    return " ".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in values)


def where(kept: dict[str, str], word: str) -> set[str]:
    return {place for place, text in kept.items() if word in text}
