"""The four commands, on what was found. Each returns whether all was done."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from deploy.dead_letters.groups import GROUPS
from deploy.dead_letters.looking import Look
from deploy.dead_letters.screen import Screen
from shared.consumer import settling
from shared.consumer.replay import Outcome, Replay


def overview(look: Look, screen: Screen, *, each: bool) -> bool:
    """`none` is said only where everything could be read."""
    if look.held:
        (screen.each if each else screen.counts)(look.held)
    elif not look.troubles:
        screen.says("none")
    screen.notes(look)
    return True


def show(look: Look, screen: Screen, ids: Sequence[str], *, value: bool) -> bool:
    for one in look.held:
        screen.whole(one, value=value)
    return all_known(look, screen, ids)


async def replay(look: Look, screen: Screen, ids: Sequence[str], stop: asyncio.Event, *, preview: bool) -> bool:
    """One after the other, each in a transaction of its own. `stop` ends it behind the one in hand; Postponed is
    raised where a database does not recover."""
    if not look.held and not ids:
        screen.says("none")
        return True
    outcomes: Counter[Outcome] = Counter()
    try:
        with screen.progress(look.held) as held:
            for one in held:
                if stop.is_set():
                    break
                again = Replay(one.uow, one.group, GROUPS[one.group], stop, rehearsal=preview)
                result = await again.one(one.message)
                outcomes[result.outcome] += 1
                screen.result(one, result.outcome, result.why)
    finally:
        screen.summary(outcomes, len(look.held), preview=preview)
    done = outcomes.total() == len(look.held) and not outcomes[Outcome.STILL_BAD]
    return all_known(look, screen, ids) and done


async def delete(look: Look, screen: Screen, ids: Sequence[str], by: str, why: str) -> bool:
    """An id that several groups have set aside is not deleted before one of them is named."""
    done = all_known(look, screen, ids)
    for identity in ids:
        holders = [one for one in look.held if one.message.id == identity]
        if len(holders) > 1:
            groups = " and ".join(one.group for one in holders)
            screen.complains([f"{identity} was set aside by {groups}: say which with --group"])
            done = False
        elif holders:
            [one] = holders
            deleted = await settling.delete(one.uow, one.group, one.message, by, why)
            screen.result(one, *(("deleted", f"by {by}: {why}") if deleted else (Outcome.SETTLED,)))
    return done


def all_known(look: Look, screen: Screen, ids: Sequence[str]) -> bool:
    unknown = [identity for identity in ids if identity not in {one.message.id for one in look.held}]
    screen.complains([f"no message {identity} was set aside" for identity in unknown])
    return not unknown
