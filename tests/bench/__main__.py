"""`python -m tests.bench [part …]`: the figures of docs/benchmarks.md; without a name all, each on a new stack."""

import argparse

from tests.bench import backlog, hop, intake, journey, relay, startup
from tests.bench.figures import Row
from tests.bench.stack import new_stack

PARTS = {
    "startup": startup.measure,
    "hop": hop.measure,
    "relay": relay.measure,
    "intake": intake.measure,
    "journey": journey.measure,
    "backlog": backlog.measure,
}


def main() -> None:
    chosen = parse()
    rows = [row for name in chosen for row in part(name)]
    print("\n| measure | value | aim |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def part(name: str) -> list[Row]:
    with new_stack() as stack:
        return list(PARTS[name](stack))


def parse() -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part", help=", ".join(PARTS))
    chosen = parser.parse_args().parts or PARTS
    return [name for name in PARTS if name in chosen]


if __name__ == "__main__":
    main()
