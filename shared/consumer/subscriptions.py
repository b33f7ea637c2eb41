"""Which function handles which event."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from shared.clock import Clock
from shared.db import Tx
from shared.envelope import EventModel, Received

Function: TypeAlias = Callable[[Tx, Sequence[Received[Any]], Clock], Awaitable[None]]
F = TypeVar("F", bound=Function)


class Subscriptions:
    """The consumer functions of a service."""

    def __init__(self) -> None:
        self._models: dict[str, type[EventModel]] = {}
        self._functions: list[tuple[Function, frozenset[str]]] = []

    def on(self, *types: type[EventModel]) -> Callable[[F], F]:
        """Register `async def f(tx, events, clock)` for these types.

        It is called once per batch, with all its events of the batch in order of arrival, inside the transaction that
        remembers them as handled. It may raise BadMessage; the event is then set aside with that reason.
        """

        def register(function: F) -> F:
            self._models |= {model.ce_type: model for model in types}
            self._functions.append((function, frozenset(model.ce_type for model in types)))
            return function

        return register

    @property
    def topics(self) -> list[str]:
        """Unprefixed, sorted."""
        return sorted({model.topic for model in self._models.values()})

    def model(self, ce_type: str) -> type[EventModel] | None:
        """None: nobody here listens to that type."""
        return self._models.get(ce_type)

    async def dispatch(self, tx: Tx, events: Sequence[Received[Any]], clock: Clock) -> None:
        """Call every function that has events among these, in order of registration."""
        for function, types in self._functions:
            if mine := [event for event in events if event.envelope.type in types]:
                await function(tx, mine, clock)
