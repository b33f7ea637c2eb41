import stat
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.env import SERVICES, environment, password, read, write


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    values = environment(tmp_path, 9000, {"PUNTE_TIME_SCALE": "60"})
    write(tmp_path, values)
    assert read(tmp_path) == values
    assert values["PUNTE_TIME_SCALE"] == "60"


def test_a_state_without_a_stack_has_no_settings(tmp_path: Path) -> None:
    assert read(tmp_path) == {}


def test_all_addresses_follow_the_base(tmp_path: Path) -> None:
    values = environment(tmp_path, 9000, {})
    assert values["PUNTE_KAFKA"] == "127.0.0.1:9092"
    assert values["PUNTE_CAPACITY_URL"] == "http://127.0.0.1:9004"
    assert values["PUNTE_PORT_BASE"] == "9000"


def test_each_service_has_a_role_a_database_and_a_password_of_its_own(tmp_path: Path) -> None:
    values = environment(tmp_path, 9000, {})
    dsns = {service: urlsplit(values[f"PUNTE_{service.upper()}_DSN"]) for service in SERVICES}
    assert all(dsn.username == service and dsn.path == f"/{service}" for service, dsn in dsns.items())
    assert len({dsn.password for dsn in dsns.values()}) == len(SERVICES)
    assert {dsn.port for dsn in dsns.values()} == {9032}


def test_passwords_stay_in_one_state_and_differ_in_another(tmp_path: Path) -> None:
    assert password(tmp_path / "a", "triage") == password(tmp_path / "a", "triage")
    assert password(tmp_path / "a", "triage") != password(tmp_path / "b", "triage")


def test_only_the_owner_may_read_the_settings_and_the_secret(tmp_path: Path) -> None:
    write(tmp_path, environment(tmp_path, 9000, {}))
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("env", "secret")} == {0o600}
