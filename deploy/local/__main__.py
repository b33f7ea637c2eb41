"""`python -m deploy.local up | down | token`: what `make` calls."""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from deploy.local import stack
from deploy.local.env import SERVICES
from deploy.local.errors import StackError
from deploy.local.keys import ROLES, token
from deploy.local.ports import parse_base


def main() -> None:
    options = parse(sys.argv[1:])
    state = Path(os.environ.get("PUNTE_STATE", ".local"))
    try:
        match options.command:
            case "up":
                up(state, parse_base(os.environ.get("PUNTE_PORT_BASE", "8000")))
            case "down":
                down(state)
            case "token":
                print(token(state, options.role, options.centers, options.authorities))
    except StackError as error:
        sys.exit(str(error))


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start what is not running and wait until all is ready")
    commands.add_parser("down", help="end what runs, and a demo that stayed up")
    tokens = commands.add_parser("token", help="print a bearer token of the local stack")
    tokens.add_argument("role", help=" | ".join(ROLES))
    tokens.add_argument("--centers", type=codes, default=[], help="such as S2-7,S6-1")
    tokens.add_argument("--authorities", type=codes, default=[], help="such as S2; both when not given")
    return parser.parse_args(argv)


def codes(text: str) -> list[str]:
    return [code for code in text.split(",") if code]


def up(state: Path, base: int) -> None:
    begun = time.monotonic()
    values = asyncio.run(stack.up(state, base))
    print(f"Punte is up after {time.monotonic() - begun:.1f} s:")
    for service in SERVICES:
        print(f"  {service:<9} {values[f'PUNTE_{service.upper()}_URL']}/docs")
    print(f"  settings  {state / 'env'}   logs  {state / 'log'}   end it with  make down")


def down(state: Path) -> None:
    for folder in (state, state / "demo"):
        for name in stack.down(folder):
            print(f"  {name:<9} ended")


if __name__ == "__main__":
    main()
