"""`python -m deploy.dead_letters [list | show | replay | delete]`: what `make dead-letters` calls.

Exit code 1: not all was done. 2: something could not be read, or the question was none.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from contracts.topics import TOPICS
from deploy.dead_letters import commands
from deploy.dead_letters.groups import GROUPS
from deploy.dead_letters.looking import Filter, Look, looking
from deploy.dead_letters.screen import Screen
from deploy.dead_letters.servers import servers
from shared.consumer.compacted import CouldNotRead
from shared.consumer.patience import Postponed
from shared.telemetry import configure_logging

DONE, NOT_ALL, COULD_NOT_READ = 0, 1, 2


def main() -> None:
    options = parse(sys.argv[1:])
    configure_logging("dead-letters", logging.WARNING, sys.stderr)
    try:
        sys.exit(asyncio.run(run(options, os.environ)))
    except KeyboardInterrupt:
        sys.exit(130)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    which = argparse.ArgumentParser(add_help=False)
    which.add_argument("--group", choices=GROUPS, help="set aside by this consumer group")
    some = argparse.ArgumentParser(add_help=False, parents=[which])
    some.add_argument("--topic", choices=[topic.name for topic in TOPICS], help="from this topic")
    some.add_argument("--reason", default="", help="whose reason holds this text")

    parser = argparse.ArgumentParser(prog="python -m deploy.dead_letters", description=__doc__)
    parser.set_defaults(topic=None, reason="", ids=[])
    each = parser.add_subparsers(dest="command", required=True)
    command = each.add_parser("list", parents=[some], help="count what is set aside, by topic, group and reason")
    command.add_argument("--all", action="store_true", help="one line for each message, with its id")
    command = each.add_parser("show", parents=[which], help="show messages, whatever became of them")
    command.add_argument("ids", metavar="ID", nargs="+")
    command.add_argument("--value", action="store_true", help="its value too, which may hold personal data")
    command = each.add_parser("replay", parents=[some], help="hand messages to their group's handlers again, once")
    command.add_argument("--id", dest="ids", metavar="ID", nargs="+", action="extend", default=[], help="exactly these")
    command.add_argument("--preview", action="store_true", help="tell what would come of it and change nothing")
    command = each.add_parser("delete", parents=[which], help="give messages up, by name and with a reason")
    command.add_argument("ids", metavar="ID", nargs="+")
    command.add_argument("--by", type=said, required=True, metavar="NAME", help="who gives them up")
    command.add_argument("--why", type=said, required=True, metavar="TEXT")
    return parser.parse_args(argv or ["list"])


def said(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("may not be empty")
    return text.strip()


async def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """The exit code."""
    screen = Screen()
    try:
        named = servers(environment, Path(environment.get("PUNTE_STATE", ".local")))
    except CouldNotRead as error:
        screen.complains([f"could not read: {error}"])
        return COULD_NOT_READ
    async with looking(named, Filter(options.group, options.topic, options.reason, options.ids)) as look:
        screen.complains(look.troubles)
        if look.troubles and options.command in {"replay", "delete"}:
            screen.complains(["nothing was changed: what is there is not known; --group names a part of it"])
            return COULD_NOT_READ
        try:
            done = await carry_out(options, look, screen)
        except Postponed:
            screen.complains(["the database does not recover: run it again for the rest"])
            return COULD_NOT_READ
    return COULD_NOT_READ if look.troubles else DONE if done else NOT_ALL


async def carry_out(options: argparse.Namespace, look: Look, screen: Screen) -> bool:
    match options.command:
        case "list":
            return commands.overview(look, screen, each=options.all)
        case "show":
            return commands.show(look, screen, options.ids, value=options.value)
        case "delete":
            return await commands.delete(look, screen, options.ids, options.by, options.why)
    with interruptible() as stop:
        return await commands.replay(look, screen, options.ids, stop, preview=options.preview)


@contextmanager
def interruptible() -> Iterator[asyncio.Event]:
    """Set when somebody presses Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)


if __name__ == "__main__":
    main()
