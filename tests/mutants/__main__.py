"""`python -m tests.mutants`: breaks our own code in every way of the catalogue and says whether a test notices."""

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.infrastructure import SERVICES, infrastructure
from tests.mutants.mutant import Mutant, mutants
from tests.mutants.trial import Copy

BROKER_AWAY_FOR_LONG = "149"
"""A plan of faults in which the database is there meanwhile: relays wait for the broker until they give up."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only those whose name holds one of these")
    words = parser.parse_args().words
    chosen = [one for one in mutants() if not words or any(word in one.name for word in words)]
    unnoticed = asyncio.run(run(chosen))
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} noticed")
    if unnoticed or not chosen:
        sys.exit(f"Not noticed: {', '.join(unnoticed) or 'nothing was tried'}.")


async def run(chosen: list[Mutant]) -> list[str]:
    """The names of those that no test noticed as it should."""
    async with infrastructure() as servers:
        given = {f"PUNTE_{service.upper()}_DSN": servers.admin_dsn for service in SERVICES}
        with TemporaryDirectory(prefix="punte-mutants-") as parent:
            given |= {"PUNTE_KAFKA": servers.kafka, "PUNTE_FAULTS_SEED": BROKER_AWAY_FOR_LONG}
            copy = Copy.make(Path(parent) / "punte", given)
            passed, told = await copy.test(sorted({one.test for one in chosen}))
            if not passed:
                sys.exit(f"{told}\nThe named tests must pass before anything is broken.")
            print(f"{len(chosen)} mutants; without any, the named tests pass", flush=True)
            return [one.name for one in chosen if not await noticed(copy, one)]


async def noticed(copy: Copy, mutant: Mutant) -> bool:
    verdict = await copy.judge(mutant)
    print(f"  {'noticed' if verdict.noticed else 'MISSED '}  {mutant.name}: {mutant.says}", flush=True)
    if verdict.why:
        print(f"           {verdict.why}", flush=True)
    return verdict.noticed


if __name__ == "__main__":
    main()
