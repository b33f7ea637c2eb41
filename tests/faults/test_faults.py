"""Three hundred reports and calls while services, Kafka and PostgreSQL are killed: nothing is lost, nothing twice."""

import os
import random

import pytest

from tests.faults.checker import CHECKS, judge, name_of
from tests.faults.plan import SHORT
from tests.faults.run import Course, Outcome, run
from tests.faults.spoiling import SPOILED

REPORTS, SECONDS, LONGEST_PAUSE, TIME_SCALE = 300, 35.0, 4.0, 80_000.0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
async def outcome() -> Outcome:
    seed = int(os.environ.get("PUNTE_FAULTS_SEED") or random.SystemRandom().randrange(2**32))
    print(f"PUNTE_FAULTS_SEED={seed}")
    return await run(Course(seed, REPORTS, SECONDS, SHORT, LONGEST_PAUSE, TIME_SCALE), print)


def test_nothing_is_lost_and_nothing_happens_twice_whatever_is_killed(outcome: Outcome) -> None:
    assert outcome.broken == {}
    assert len(outcome.finding.ledger.taken) >= 0.9 * REPORTS
    assert sum(strike.kind == "kill" for strike in outcome.strikes) == 10


@pytest.mark.parametrize("check", [name_of(check) for check in CHECKS])
def test_every_check_notices_what_it_is_there_for(outcome: Outcome, check: str) -> None:
    assert judge(SPOILED[check](outcome.finding))[check]
