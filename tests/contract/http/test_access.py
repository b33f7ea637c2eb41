"""docs/access.md is true: every route has its row, and every cell is what is heard."""

import base64
import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from deploy.local.keys import ROLES, token
from tests.contract.http import table
from tests.contract.http.conftest import World
from tests.contract.http.matters import (
    AUTHORITY,
    BODIES,
    CENTERS,
    Ids,
    other_token,
    own_token,
    path_of,
)
from tests.contract.http.table import Row
from tests.infrastructure import SERVICES
from tests.unit.triage.building import NOW as LONG_AGO

ROWS = list(table.rows())
REFUSED = {401, 403, 404}
LET_IN = {200, 201, 409}


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    return {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (route.methods or {"GET"}) - {"HEAD"}
    }


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_has_a_row_and_every_row_a_route(world: World, name: str) -> None:
    assert {(row.method, row.path) for row in ROWS if row.service == name} == routes_of(world[name].app)


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_everybody_hears_what_the_table_says(world: World, ids: Ids, keys: Path, row: Row) -> None:
    heard = {"no token": await heard_by(world, ids, row, None)}
    for role in ROLES:
        own, other = [
            await heard_by(world, ids, row, bearer) for bearer in (own_token(keys, role), other_token(keys, role))
        ]
        heard[role] = own if own == other else f"{own} / {other}"
    told = {caller: cell for caller, cell in row.cells.items() if caller != "bad token"}
    assert heard == told


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_a_token_that_is_not_valid_is_none(world: World, ids: Ids, keys: Path, tmp_path: Path, row: Row) -> None:
    role = next(role for role in ROLES if row.cells[role].startswith("yes"))
    heard = {
        await heard_by(world, ids, row, bearer)
        for bearer in (
            token(keys, role, CENTERS, [AUTHORITY], LONG_AGO),
            token(tmp_path, role, CENTERS, [AUTHORITY]),
            unsigned(own_token(keys, role)),
            "x.y.z",
        )
    }
    assert heard == {row.cells["bad token"]}


async def heard_by(world: World, ids: Ids, row: Row, bearer: str | None) -> str:
    """`yes`, or the status of a refusal. Answers need not end."""
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with world[row.service].http.stream(
        row.method, path_of(row, ids), json=BODIES.get(row.path), headers=headers
    ) as answer:
        assert answer.status_code in REFUSED | LET_IN, await answer.aread()
        return str(answer.status_code) if answer.status_code in REFUSED else "yes"


def unsigned(bearer: str) -> str:
    """The same claims, by the algorithm `none`."""
    kid = json.loads(base64.urlsafe_b64decode(bearer.partition(".")[0] + "=="))["kid"]
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": kid}).encode()).decode().rstrip("=")
    return f"{head}.{bearer.split('.')[1]}."
