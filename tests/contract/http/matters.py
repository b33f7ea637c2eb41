"""Things of sector 2 and of the clinic S2-15, whose paths are asked for; and bodies that their routes accept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.keys import token
from services.capacity.domain.directory import identity
from shared.db import UnitOfWork
from tests.contract.http.table import Row
from tests.contract.http.world import Service
from tests.integration.capacity.playing import ask, value
from tests.integration.capacity.playing import live_offer as offer_of
from tests.integration.hotline.playing import SILENT, taken_by_colleague
from tests.integration.triage.playing import open_case
from tests.unit.triage.building import SLEEPS_IN_FROST, report

AUTHORITY, OTHER_AUTHORITY = "S2", "S6"
CENTERS, OTHER_CENTERS = ("S2-15", "S2-11"), ("S2-14",)
CONFIDENTIAL = "S2-11"

Ids = Mapping[str, str]
"""By service and parameter: `triage case_id`."""

BODIES: dict[str, dict[str, Any]] = {
    "/api/reports": {"channel": "web"},
    "/api/calls": SILENT,
    "/api/cases/{case_id}/decision": {
        "urgency": "U1",
        "service_codes": ["8790 CR-PFA-II"],
        "consent": "given",
        "note": "Acceptă să meargă.",
    },
    "/api/cases/{case_id}/close": {"outcome": "safe-at-home", "note": "Vizită."},
    "/api/units/{unit_id}/occupancy": {"occupied": 1},
    "/api/services/{service_id}/accepting": {"accepts_referrals": True},
    "/api/places/{place_id}/out-of-service": {"reason": "repair"},
    "/api/placements/{case_id}/offers": {
        "service_id": str(identity("service", "S2-15")),
        "note": "Am vorbit cu ei.",
    },
    "/api/offers/{offer_id}/decline": {"reason": "other"},
    "/api/stays/{stay_id}/discharge": {"reason": "left-on-own"},
}


async def happened(world: Mapping[str, Service]) -> Ids:
    capacity = world["capacity"].uow
    placed = await ask(capacity)
    receipt = await world["reports"].http.post("/api/reports", json={"channel": "web"})
    return {
        "reports tracking_code": receipt.json()["tracking_code"],
        "hotline call_id": str(await taken_by_colleague(world["hotline"].uow, "emergency-s2")),
        "triage case_id": await a_case(world["triage"].uow),
        "capacity case_id": str(placed),
        "capacity offer_id": str(await offer_of(capacity, placed)),
        "capacity stay_id": str(await value(capacity, "SELECT id FROM stay WHERE case_id = $1", placed)),
        "capacity center_id": str(identity("center", "S2-15")),
        "capacity service_id": str(identity("service", "S2-15")),
        "capacity place_id": str(identity("place", "S2-15/1/35")),
        "capacity unit_id": str(identity("unit", "S2-15/1")),
    }


async def a_case(uow: UnitOfWork) -> str:
    return str(await open_case(uow, report(SLEEPS_IN_FROST, authority=AUTHORITY)))


def path_of(row: Row, ids: Ids) -> str:
    """The row's path with the ids of what happened."""
    if row.path == "/static-offline-docs":
        return f"{row.path}/swagger-ui.css"
    things = known(ids, row.service)
    if row.of:
        things["service_id"] = str(identity("service", CONFIDENTIAL))
    return row.path.format_map(things)


def known(ids: Ids, name: str) -> dict[str, str]:
    """The parameters of what is there."""
    return {each.split()[1]: value for each, value in ids.items() if each.split()[0] == name}


def own_token(keys: Path, role: str) -> str:
    return token(keys, role, CENTERS if role == "center_staff" else (), [AUTHORITY])


def other_token(keys: Path, role: str) -> str:
    if role == "center_staff":
        return token(keys, role, OTHER_CENTERS, [AUTHORITY])
    return token(keys, role, (), [OTHER_AUTHORITY])
