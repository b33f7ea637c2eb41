"""What a service is told by its environment."""

from typing import ClassVar

import pytest
from pydantic import ValidationError

from shared.settings import ServiceSettings

GIVEN = {
    "PUNTE_LAB_DSN": "postgresql://lab:secret@localhost/lab",
    "PUNTE_KAFKA": "localhost:9092",
    "PUNTE_ISSUER": "i",
    "PUNTE_AUDIENCE": "a",
    "PUNTE_JWKS": "keys.json",
}


class Settings(ServiceSettings):
    service: ClassVar[str] = "lab"
    port_offset: ClassVar[int] = 7


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """With what must be given, and nothing else."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PUNTE_{name.upper()}", raising=False)
        monkeypatch.delenv(f"PUNTE_LAB_{name.upper()}", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_a_service_listens_beside_the_others() -> None:
    settings = Settings()
    assert (settings.port, settings.host, settings.time_scale, settings.topic_prefix) == (8007, "127.0.0.1", 1, "")


def test_its_own_variable_goes_before_the_common_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUNTE_KAFKA", "common:1")
    environment.setenv("PUNTE_LAB_KAFKA", "own:1")
    environment.setenv("PUNTE_LAB_PORT", "9000")
    settings = Settings()
    assert (settings.kafka, settings.port) == ("own:1", 9000)


@pytest.mark.parametrize("name", GIVEN)
def test_what_must_be_given_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(ValidationError, match=name.rpartition("_")[2].lower()):
        Settings()


def test_a_time_scale_is_for_local_stacks(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PUNTE_TIME_SCALE", "60")
    with pytest.raises(ValidationError, match="PUNTE_LOCAL=1"):
        Settings()
    environment.setenv("PUNTE_LOCAL", "1")
    assert Settings().time_scale == 60


@pytest.mark.parametrize("scale", ["0.5", "0", "-1", "nan", "inf"])
def test_a_time_scale_only_brings_deadlines_nearer(environment: pytest.MonkeyPatch, scale: str) -> None:
    environment.setenv("PUNTE_LOCAL", "1")
    environment.setenv("PUNTE_TIME_SCALE", scale)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.usefixtures("environment")
def test_the_password_of_the_database_is_not_shown() -> None:
    assert "secret" not in repr(Settings())
