"""Tests run on a copy of the project, as it is or broken."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.mutants.mutant import ROOT, Mutant

LEFT_OUT = ignore_patterns(".*", "__pycache__")
QUIET = ("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--timeout=90", "--tb=short", "-rN")
SHOWN = 4


@dataclass(frozen=True)
class Verdict:
    """`noticed`: the named test failed with the named assertion. Otherwise `why` says what came instead."""

    noticed: bool
    why: str = ""


@dataclass(frozen=True)
class Copy:
    """Of the project. `environment` says where PostgreSQL and Kafka are."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def make(cls, folder: Path, environment: Mapping[str, str]) -> "Copy":
        copytree(ROOT, folder, ignore=LEFT_OUT)
        return cls(folder, environment)

    async def judge(self, mutant: Mutant) -> Verdict:
        """Raises DoesNotApply."""
        with self._broken(mutant):
            passed, told = await self.test([mutant.test])
        if passed:
            return Verdict(False, "its test passes all the same")
        complaints = [line for line in told.splitlines() if line.startswith(("E ", "tests/", "    "))]
        if any(mutant.fails in line for line in complaints):
            return Verdict(True)
        return Verdict(False, "its test fails otherwise: " + " | ".join(line.strip() for line in complaints[-SHOWN:]))

    async def test(self, names: Sequence[str]) -> tuple[bool, str]:
        """Whether they pass, and what pytest says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", *QUIET, *names),
            cwd=self.folder,
            env={**os.environ, **self.environment, "PYTHONDONTWRITEBYTECODE": "1"},  # a second may hold two versions
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()
        return process.returncode == 0, told.decode(errors="replace")

    @contextmanager
    def _broken(self, mutant: Mutant) -> Iterator[None]:
        file = self.folder / mutant.file
        whole = file.read_text()
        file.write_text(mutant.applied(whole))
        try:
            yield
        finally:
            file.write_text(whole)
