"""Which function handles which event."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from shared.clock import Clock
from shared.db import Tx
from shared.envelope import EventModel, Received

Function: TypeAlias = Callable[[Tx, Sequence[Received[Any]], Clock], Awaitable[None]]
Newest: TypeAlias = Callable[[Tx, Received[Any]], Awaitable[int | None]]
F = TypeVar("F", bound=Function)
N = TypeVar("N", bound=Newest)


class Subscriptions:
    """The consumer functions of a service."""

    def __init__(self) -> None:
        self._models: dict[str, type[EventModel]] = {}
        self._functions: list[tuple[Function, frozenset[str]]] = []
        self._newest: dict[str, Newest] = {}

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

    def newest(self, *types: type[EventModel]) -> Callable[[N], N]:
        """Register `async def f(tx, event)` for these types: the highest sequence heard of what the event is about."""

        def register(function: N) -> N:
            self._newest |= {model.ce_type: function for model in types}
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

    async def superseded(self, tx: Tx, event: Received[Any]) -> bool:
        """Whether something newer was heard of what the event is about. To be asked after `dispatch`, in its
        transaction: what it locked cannot move on meanwhile."""
        newest = self._newest.get(event.envelope.type)
        return newest is not None and (await newest(tx, event) or 0) > event.envelope.sequence
