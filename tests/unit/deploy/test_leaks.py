from pathlib import Path

import pytest

from deploy.checks.leaks import leaks, repository_files

CHECKOUT = Path("/srv/build/punte")
# Put together here, so that this file passes the check itself.
HOMES = ["/home" + "/ana/punte", "cd /" + "root/x", "file:///Users" + "/ana"]
CEDILLAS = ["\u015fcoal\u0103", "\u0163ar\u0103", "\u015eE", "\u0162E"]
KEYS = ["-----BEGIN " + "PRIVATE KEY-----", '{"d' + '": "' + "a" * 43 + '"}']


def found(tmp_path: Path, text: str, name: str = "file.md") -> list[str]:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return list(leaks([file], CHECKOUT))


@pytest.mark.parametrize("text", [*HOMES, *CEDILLAS, *KEYS, "in /srv/build/punte/deploy"])
def test_what_must_not_be_told_is_found_with_its_line(tmp_path: Path, text: str) -> None:
    (finding,) = found(tmp_path, f"first line\n{text}\n")
    assert finding.startswith(f"{tmp_path}/file.md:2: ")


@pytest.mark.parametrize("name", ["requirements.lock", "kafka-jars.txt", "package-lock.json"])
@pytest.mark.parametrize("text", ["--index-url x", '"resolved": "https://registry.example/a.tgz"'])
def test_a_lock_names_no_address(tmp_path: Path, name: str, text: str) -> None:
    assert len(found(tmp_path, text, name)) == 1


@pytest.mark.parametrize(
    "text",
    ["\u0219coal\u0103 \u021bar\u0103", "https://example.org", "GET /api/homes", "~/home/x", "/srv/build/punte2"],
)
def test_what_may_be_told_passes(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_a_picture_is_passed_over(tmp_path: Path) -> None:
    picture = tmp_path / "map.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")
    assert list(leaks([picture], CHECKOUT)) == []


def test_the_files_looked_at_are_those_of_the_repository() -> None:
    names = {str(file) for file in repository_files()}
    assert "deploy/checks/leaks.py" in names
    assert not any(name.startswith((".venv/", ".local/")) for name in names)
