"""Use cases that die in the middle: what is there before, and what is asked."""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeAlias

from fastapi.routing import iter_route_contexts

from deploy.local.env import SERVICES
from tests.faults.crash_points.acts import Act
from tests.faults.crash_points.stage import Stage, app_of, subscriptions_of, sweeps_of

SAFE = {"GET", "HEAD", "OPTIONS"}
PLUMBING = ("reports sets aside", "reports replays", "reports deletes", "capacity imports")
"""What no service names by itself."""

Arrange: TypeAlias = Callable[[Stage], Awaitable[Act]]
SCENARIOS: dict[str, Arrange] = {}


def dies(use_case: str) -> Callable[[Arrange], Arrange]:
    """Register what is there before that use case, named as `use_cases` names it, and what is asked."""

    def register(arrange: Arrange) -> Arrange:
        assert use_case not in SCENARIOS, use_case
        SCENARIOS[use_case] = arrange
        return arrange

    return register


def use_cases() -> Iterator[str]:
    """Everything that writes: routes, consumer functions, clocks, and the plumbing."""
    for service in SERVICES:
        for route in iter_route_contexts(app_of(service, "none").routes):
            yield from (f"{service} {method} {route.path}" for method in sorted((route.methods or set()) - SAFE))
        for function, _ in subscriptions_of(service)._functions:
            yield f"{service} hears {function.__name__}"
        yield from (f"{service} sweeps {sweep.name}" for sweep in sweeps_of(service))
    yield from PLUMBING
