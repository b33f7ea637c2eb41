"""A use case that dies after its first statement, after its second, and so on, leaves nothing each time until it leaves
all, and tried once more it is done once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from shared.testing import temporary_database
from tests.databases import Copies, copies_of
from tests.faults.crash_points import child
from tests.faults.crash_points.acts import Act
from tests.faults.crash_points.conftest import Play
from tests.faults.crash_points.content import Content, content
from tests.faults.crash_points.lane import Job
from tests.faults.crash_points.scenario import SCENARIOS, use_cases
from tests.faults.crash_points.scenarios import capacity, hotline, reports, triage
from tests.faults.crash_points.stage import on_stage
from tests.infrastructure import Infrastructure

assert {capacity, hotline, reports, triage}  # imported for what they register


def test_every_use_case_has_its_crash_points() -> None:
    assert sorted(SCENARIOS) == sorted(use_cases())


@dataclass(frozen=True)
class Scene:
    """What is there before, in many copies, and what is asked."""

    service: str
    act: Act
    before: Content
    copies: Copies
    folder: Path

    def job(self, dsn: str, **ending: int) -> Job:
        return Job(self.act, self.service, dsn, self.folder, **ending)


@pytest.fixture
async def scene(
    request: pytest.FixtureRequest, infrastructure: Infrastructure, templates: dict[str, str], folder: Path
) -> AsyncIterator[Scene]:
    use_case: str = request.param
    service = use_case.partition(" ")[0]
    template = templates.get(use_case) or templates[service]
    async with temporary_database(infrastructure.admin_dsn, template) as dsn:
        async with on_stage(service, dsn, folder) as stage:
            act = await SCENARIOS[use_case](stage)
        before = await content(dsn)
        async with copies_of(infrastructure.admin_dsn, dsn) as copies:
            yield Scene(service, act, before, copies, folder)


@pytest.mark.parametrize("scene", sorted(SCENARIOS), indirect=True)
async def test_it_is_all_or_nothing_and_the_next_try_completes_it(scene: Scene, play: Play) -> None:
    async with scene.copies.one() as dsn:
        code, statements = await play(scene.job(dsn))
        assert code == 0
        after = await content(dsn)
    assert after != scene.before

    left = [scene.before]
    async with scene.copies.one() as dsn:
        for statement in count(1):
            code, _ = await play(scene.job(dsn, die_after=statement))
            left.append(await content(dsn))
            if code == 0:
                break
            assert code == child.DIED
            assert left[-1] in ((scene.before, after) if left[-2] == scene.before else (after,)), differing(left, after)
    assert left[-1] == after, differing(left, after)
    assert left.index(after) >= statements - 1  # not before its last statements
    print(f"{statements} crash points")


def differing(left: list[Content], after: Content) -> str:
    return f"after statement {len(left) - 1}: too much {left[-1] - after}, too little {after - left[-1]}"
