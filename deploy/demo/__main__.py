"""`python -m deploy.demo [--once | --judge]`: what `make demo` and `make promises` call."""

import argparse
import asyncio
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.demo.doors import Doors
from deploy.demo.evidence import recall, remember
from deploy.demo.expectations import unmet
from deploy.demo.gather import gather
from deploy.demo.judgement import judge
from deploy.demo.player import Player
from deploy.demo.quiet import settle
from deploy.demo.screen import Screen
from deploy.demo.script import load
from deploy.demo.waiting import DemoError
from deploy.local import env, stack
from deploy.local.errors import StackError
from deploy.local.ports import OFFSETS, parse_base, require_free

SCALE = "300"
"""Half an hour takes six seconds: a center's time to answer at U1."""


def main() -> None:
    options = parse(sys.argv[1:])
    state = Path(os.environ.get("PUNTE_STATE", ".local"))
    try:
        base = parse_base(os.environ.get("PUNTE_PORT_BASE", "8000"))
        if options.judge:
            held = asyncio.run(judge_again(state / "demo"))
        else:
            require_room(state, base)
            held = asyncio.run(demonstrate(state / "demo", base, once=options.once))
    except (DemoError, StackError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if held else 1)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description="play the script on a stack of its own")
    given = os.environ.get("ONCE", "") not in ("", "0")
    parser.add_argument("--once", action="store_true", default=given, help="end the stack afterwards; or ONCE=1")
    parser.add_argument("--judge", action="store_true", help="look again whether a demo that is up keeps its promises")
    return parser.parse_args(argv)


def require_room(state: Path, base: int) -> None:
    """Raises StackError in a sentence when a demo is still up, or when the ports are taken."""
    if stack.running(state / "demo"):
        raise StackError(
            "Un demo este încă pornit: opriți-l cu `make down`. / A demo is still up: end it with `make down`."
        )
    if stack.running(state) and env.read(state).get("PUNTE_PORT_BASE") == str(base):
        raise StackError(
            f"Pe porturile de la {base} rulează stiva lui `make up`: PUNTE_PORT_BASE={base + 1000} make demo. "
            f"/ The stack of `make up` runs on the ports from {base} on: PUNTE_PORT_BASE={base + 1000} make demo."
        )
    require_free(base, *OFFSETS)


async def demonstrate(state: Path, base: int, *, once: bool) -> bool:
    """Whether every expectation was met and every promise held. The stack stays up afterwards, unless `once` or when
    something broke on the way."""
    begun = time.monotonic()
    shutil.rmtree(state, ignore_errors=True)
    screen, stays = Screen(), False
    try:
        values = await stack.up(state, base, PUNTE_TIME_SCALE=os.environ.get("PUNTE_TIME_SCALE", SCALE))
        held = await play(state, values, screen)
        screen.says(*summary(held, time.monotonic() - begun), style="bold")
        stays = not once
        if stays:
            screen.addresses(state, values)
        return held
    finally:
        if not stays:
            await asyncio.to_thread(stack.down, state)


async def play(state: Path, values: Mapping[str, str], screen: Screen) -> bool:
    async with Doors(values, state) as doors:
        player = Player(load(), doors, screen)
        await player.play()
        screen.says("Se așteaptă liniștea…", "Waiting for quiet…")
        await settle(values)
        await player.look_again()
    ways = list(player.ways.values())
    missing = {way.scene.id: unmet(way.scene.expect, way.seen) for way in ways}
    screen.table(ways, missing)
    remember(state, [way.taken for way in ways])
    held = await promises_hold(state, values, screen)
    return held and not any(missing.values())


async def judge_again(state: Path) -> bool:
    """Whether the promises still hold of a demo that stayed up, whatever was done to it since."""
    if not stack.running(state):
        raise StackError("Niciun demo nu este pornit: `make demo`. / No demo is up: `make demo`.")
    values = env.read(state)
    await settle(values)
    return await promises_hold(state, values, Screen(), others=True)


async def promises_hold(state: Path, values: Mapping[str, str], screen: Screen, *, others: bool = False) -> bool:
    """`others`: more has been reported since the script ended."""
    evidence = await gather(values, state / "log", recall(state))
    verdicts = judge(evidence.with_others() if others else evidence)
    screen.promises(verdicts)
    return all(verdict.held for verdict in verdicts)


def summary(held: bool, seconds: float) -> tuple[str, str]:
    if held:
        return f"Toate promisiunile s-au ținut, {seconds:.0f} s.", f"All promises held, {seconds:.0f} s."
    return f"Nu toate s-au ținut, {seconds:.0f} s.", f"Not everything held, {seconds:.0f} s."


if __name__ == "__main__":
    main()
