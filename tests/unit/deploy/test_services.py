from pathlib import Path

import pytest

from deploy.local.env import SERVICES, environment
from deploy.local.services import known_to


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_its_own_database_and_no_other(tmp_path: Path, service: str) -> None:
    told = known_to(service, environment(tmp_path, 9000, {}))
    assert [key for key in told if key.endswith("_DSN")] == [f"PUNTE_{service.upper()}_DSN"]


def test_only_the_intakes_know_how_reporters_are_hashed(tmp_path: Path) -> None:
    env = environment(tmp_path, 9000, {})
    assert [s for s in SERVICES if "PUNTE_REPORTER_HASH_KEY" in known_to(s, env)] == ["reports", "hotline"]
