"""A message that was set aside is read and handled again, once, by the service that set it aside."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.consumer import settling
from shared.consumer.letters import Letter
from shared.consumer.messages import read
from shared.consumer.patience import Postponed, deadline, patiently
from shared.consumer.set_aside import SetAside
from shared.consumer.subscriptions import Subscriptions
from shared.db import UnitOfWork
from shared.envelope import BadMessage, Received
from shared.telemetry import describe


class Outcome(StrEnum):
    """Of a replay. Only the first two had an effect."""

    HANDLED = "handled"
    SUPERSEDED = "superseded"
    """Handled, but something newer was known already: it is history and changed no state."""
    STILL_BAD = "still bad"
    SETTLED = "settled before"


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    why: str = ""


class Replay:
    """Of the messages of one service. A rehearsal tells what would come of it and changes nothing. Setting `hurry` cuts
    waits for the database short."""

    def __init__(
        self,
        uow: UnitOfWork,
        service: str,
        subscriptions: Subscriptions,
        hurry: asyncio.Event,
        *,
        rehearsal: bool = False,
    ) -> None:
        self._uow = uow
        self._service = service
        self._subscriptions = subscriptions
        self._hurry = hurry
        self._transaction = uow.rehearse if rehearsal else uow.begin

    async def one(self, message: SetAside) -> Result:
        """Raises Postponed when the database does not recover."""
        try:
            return await patiently(lambda: self._handle(message), deadline(), self._hurry)
        except Postponed:
            raise
        except BadMessage as bad:
            return Result(Outcome.STILL_BAD, bad.reason)
        except Exception as error:
            return Result(Outcome.STILL_BAD, f"handler failed: {describe(error)}")

    async def _handle(self, message: SetAside) -> Result:
        """One transaction: the effect, the mark in the inbox and the tombstone of the letter, or none of them."""
        clock = self._uow.clock
        async with self._transaction() as tx:
            if (state := await settling.lock(tx, message, clock.now())) != "dead":
                return Result(Outcome.SETTLED, state)
            received = self._read(message.letter)
            await self._subscriptions.dispatch(tx, [received], clock)
            superseded = await self._subscriptions.superseded(tx, received)
            await settling.mark_handled(tx, self._service, message, clock.now())
        return Result(Outcome.SUPERSEDED if superseded else Outcome.HANDLED)

    def _read(self, letter: Letter | None) -> Received[Any]:
        """Raises BadMessage."""
        if letter is None:
            raise BadMessage("its letter is missing")
        if not (found := read([letter], self._subscriptions, prefix="")):
            raise BadMessage("nobody listens to its type any more")
        if found[0].received is None:
            raise BadMessage(found[0].problem or "")
        return found[0].received
