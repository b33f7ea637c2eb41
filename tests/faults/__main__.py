"""`python -m tests.faults`: the long run. It prints the plan as it is carried out and ends with a record."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator
from math import ceil

from tests.faults.plan import LONG, PAUSE, counted, plan
from tests.faults.run import Course, Outcome, run

REPORTS = 20_000
SHOWN = 20
TIME_SCALE = 20_000
"""A center thinks for 13 to 22 s about a planned need, and the five days of a first response are 22 s."""


def main() -> None:
    options = parse()
    dose = {kind: ceil(number * options.reports / REPORTS) for kind, number in LONG.items()}
    course = Course(options.seed, options.reports, options.minutes * 60, dose, PAUSE[1], TIME_SCALE)
    print(f"seed {course.seed}")
    for line in counted(plan(course.seed, course.dose, course.seconds, course.longest_pause)):
        print(f"  {line}")
    begun = time.monotonic()
    outcome = asyncio.run(run(course, lambda text: print(f"{time.monotonic() - begun:7.1f}  {text}", flush=True)))
    print("\n".join(record(course, outcome)))
    if outcome.broken:
        sys.exit(f"Broken: {', '.join(outcome.broken)}. Repeat with --seed {course.seed}.")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--reports", type=int, default=REPORTS, help="answered with 201; fewer, with fewer faults")
    parser.add_argument("--minutes", type=float, default=30, help="within which all faults strike")
    return parser.parse_args()


def record(course: Course, outcome: Outcome) -> Iterator[str]:
    """What docs/faults.md keeps of a run."""
    ledger, evidence = outcome.finding.ledger, outcome.finding.evidence
    taken = len(ledger.taken)
    yield f"| seed | {course.seed} |"
    yield f"| answered with 201 | {taken} of {len(ledger.sent)} sent |"
    yield f"| errors and missing answers | {ledger.failed} |"
    yield f"| faults | {len(outcome.strikes)} |"
    yield f"| cases | {len(evidence.rows('triage', 'case_file'))} |"
    yield f"| stays | {len(evidence.rows('capacity', 'stay'))} |"
    yield f"| events | {len(evidence.events)} |"
    yield f"| deliveries that came again | {len(evidence.records) - len(evidence.events)} |"
    yield f"| quiet after | {outcome.quiet_after:.0f} s |"
    yield f"| whole run | {outcome.took:.0f} s |"
    yield f"| lost or doubled, 95 % bound | {len(lost(outcome))}, below {3 / taken:.2%} |"
    for check, breaches in outcome.breaches.items():
        yield f"| {check} | {'holds' if not breaches else f'{len(breaches)} breaches'} |"
        yield from (f"    {line}" for line in breaches[:SHOWN])


def lost(outcome: Outcome) -> list[str]:
    return [
        line
        for check, lines in outcome.breaches.items()
        if check.startswith(("every 201", "nothing exists"))
        for line in lines
    ]


if __name__ == "__main__":
    main()
