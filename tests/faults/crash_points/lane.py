"""`python -m tests.faults.crash_points.lane`: a process that has imported everything and lets copies of itself die.

It reads pickled jobs from standard input and answers each with a line: the exit code and the number of answers.
"""

import mmap
import os
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from deploy.local.env import SERVICES
from tests.faults.crash_points.acts import Act
from tests.faults.crash_points.child import perform
from tests.faults.crash_points.stage import app_of

NEVER = 0


@dataclass(frozen=True)
class Job:
    """An act on a database, whose process dies after so many answers."""

    act: Act
    service: str
    dsn: str
    folder: Path
    die_after: int = NEVER


def main(jobs: BinaryIO, outcomes: TextIO) -> None:
    for service in SERVICES:
        app_of(service, "none")  # so that a copy need not import it
    while True:
        try:
            job: Job = pickle.load(jobs)
        except EOFError:
            return
        print(*outcome_of(job), file=outcomes, flush=True)


def outcome_of(job: Job) -> tuple[int, int]:
    """Exit code, and how often a server answered: to BEGIN and COMMIT too."""
    with mmap.mmap(-1, mmap.PAGESIZE) as shared, memoryview(shared).cast("I") as answers:
        if (copy := os.fork()) == 0:
            perform(job.act, job.service, job.dsn, job.folder, die_after=job.die_after, answers=answers)
            os._exit(0)
        _, status = os.waitpid(copy, 0)
        return os.waitstatus_to_exitcode(status), answers[0]


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w") as outcomes:
        os.dup2(2, 1)  # what a service logs
        main(sys.stdin.buffer, outcomes)
