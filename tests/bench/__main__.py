"""`python -m tests.bench [--minutes 3] [--rate 10]`: the figures of docs/benchmarks.md, on a stack of its own."""

import argparse
import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import env, stack
from tests.bench import latency, startup
from tests.infrastructure import free_base

STATE = Path(".local/bench")
Row = tuple[str, str]


def main() -> None:
    options = parse()
    with new_stack() as base:
        rows = [
            *startup.measure(STATE, base, options.idle),
            *asyncio.run(latency.measure(STATE, env.read(STATE), options.rate, options.minutes * 60)),
        ]
    print("\n| measure | value |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3, help="how long reports are posted")
    parser.add_argument("--rate", type=float, default=10, help="reports a second")
    parser.add_argument("--idle", type=float, default=30, help="seconds of rest before memory is read")
    return parser.parse_args()


@contextmanager
def new_stack() -> Iterator[int]:
    """The port base of a stack that has never run, and is gone afterwards."""
    shutil.rmtree(STATE, ignore_errors=True)
    try:
        yield free_base()
    finally:
        stack.down(STATE)
        shutil.rmtree(STATE, ignore_errors=True)


if __name__ == "__main__":
    main()
