"""One world for all that is hostile: it is asked everything and must stand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest

from tests.contract.http.matters import Ids, happened
from tests.contract.http.world import Service, listening
from tests.infrastructure import SERVICES, Infrastructure

World = Mapping[str, Service]


@pytest.fixture(scope="session")
async def world(infrastructure: Infrastructure, http_alone: dict[str, str]) -> AsyncIterator[World]:
    settings = http_alone | {"reporter_hash_key": "k" * 32}
    async with AsyncExitStack() as listeners:
        yield {
            name: await listeners.enter_async_context(listening(infrastructure, name, settings)) for name in SERVICES
        }


@pytest.fixture(scope="session")
async def ids(world: World) -> Ids:
    return await happened(world)
