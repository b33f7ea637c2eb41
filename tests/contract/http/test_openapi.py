"""What the services say of themselves at /openapi.json is what they do."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import TypeAdapter

from tests.contract.http import table
from tests.contract.http.conftest import World
from tests.infrastructure import SERVICES

ROWS = list(table.rows())
PROBLEM = "application/problem+json"


def described(world: World, name: str) -> Iterator[tuple[str, str, Any]]:
    """Method, path and description of each operation."""
    for path, operations in world[name].app.openapi()["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


@pytest.mark.parametrize("name", SERVICES)
async def test_a_token_is_asked_exactly_where_none_is_refused(world: World, name: str) -> None:
    asked = {(method, path) for method, path, operation in described(world, name) if operation.get("security")}
    refused = {(row.method, row.path) for row in ROWS if row.service == name and row.cells["no token"] == "401"}
    assert asked == refused


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_but_the_documentation_is_described_with_its_problems(world: World, name: str) -> None:
    told = {(method, path): operation["responses"] for method, path, operation in described(world, name)}
    own = {(row.method, row.path) for row in ROWS if row.service == name and row.cells["bad token"] == "401"}
    assert told.keys() == own
    assert all(PROBLEM in responses["default"]["content"] for responses in told.values())


@pytest.mark.parametrize("name", SERVICES)
async def test_probes_answer_in_the_type_that_is_described(world: World, name: str) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = await world[name].http.get(path)
        [told] = world[name].app.openapi()["paths"][path]["get"]["responses"]["200"]["content"]
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, told)


@pytest.mark.parametrize("name", SERVICES)
async def test_a_number_or_a_flag_in_a_body_is_never_read_from_text(world: World, name: str) -> None:
    bodies = [
        TypeAdapter(body.field_info.annotation).core_schema
        for route in iter_route_contexts(world[name].app.routes)
        if str(route.path).startswith("/api/")
        for body in route.dependant.body_params
    ]
    assert bodies
    assert [place for body in bodies for place in lenient(body)] == []


def lenient(schema: Any, place: str = "") -> Iterator[str]:
    """Where the body's schema takes a number or a flag from other types."""
    if isinstance(schema, list | tuple):
        for each in schema:
            yield from lenient(each, place)
    elif isinstance(schema, dict):
        if schema.get("type") in ("bool", "int", "float") and not schema.get("strict"):
            yield place
        for key, inner in schema.items():
            yield from lenient(inner, place if key in ("schema", "fields", "choices") else f"{place}/{key}")
