"""Requests made from the services' own descriptions, sent by every role and by nobody.

A run makes a few of each kind, always the same; `PUNTE_HOSTILE_CASES=200` makes more, `PUNTE_HOSTILE_SEED=7` others.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.http.conftest import World
from tests.contract.http.matters import Ids, known, own_token
from tests.infrastructure import SERVICES

CASES = int(os.environ.get("PUNTE_HOSTILE_CASES", "3"))
SEED = int(os.environ.get("PUNTE_HOSTILE_SEED", "1"))
CALLERS = (None, "operator", "caseworker", "supervisor", "center_staff")
CONFIG = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
"""Tokens are the caller's."""
WITHOUT_END = "text/event-stream"
"""An answer that has none would be waited for; tests/integration/capacity/test_stream.py reads it as it comes."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]


@pytest.mark.timeout(60 + 10 * CASES)
@pytest.mark.parametrize("role", CALLERS, ids=str)
@pytest.mark.parametrize("name", SERVICES)
async def test_whatever_is_sent_the_answer_is_as_described(
    world: World, ids: Ids, keys: Path, name: str, role: str | None
) -> None:
    print(f"seed {SEED}, {CASES} cases of each kind")
    headers = {"Authorization": f"Bearer {own_token(keys, role)}"} if role else {}
    await asyncio.to_thread(send_all, world[name].url, known(ids, name), headers)


def send_all(url: str, ids: dict[str, str], headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=CONFIG)
    with requests.Session() as session:
        for found in schema.get_all_operations():
            operation = found.ok()
            if WITHOUT_END in operation.definition.raw["responses"].get("200", {}).get("content", {}):
                continue
            for cases in valid(operation, ids):
                send(cases, session=session, headers=headers)
            if [*operation.iter_parameters(), *operation.body]:
                with suppress(Unsatisfiable):  # nothing that can be written is invalid
                    send(operation.as_strategy(GenerationMode.NEGATIVE), session=session, headers=headers)


def valid(operation: APIOperation, ids: dict[str, str]) -> Iterator[Any]:
    """About what is there, and about what is not."""
    there = {each.name: ids[each.name] for each in operation.path_parameters}
    yield operation.as_strategy(path_parameters=there)
    if there:
        yield operation.as_strategy()


def send(cases: Any, **how: Any) -> None:
    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=CASES,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=cases)
    def each(case: Case) -> None:
        case.call_and_validate(checks=CHECKS, **how)

    each()
