"""`python -m contracts.generate`: writes, checks, and never breaks what is frozen."""

import json
from pathlib import Path

import pytest

from contracts.generate import main

SCHEMA = "punte.triage.CaseClosed.v1.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert main([], tmp_path) == 0
    return tmp_path


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments), folder) == 1
    return capsys.readouterr().err


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_was_written_passes_the_check(folder: Path) -> None:
    assert main(["--check"], folder) == 0


def test_writing_twice_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    assert main([], folder) == 0
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_a_file_that_was_edited_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(folder / "asyncapi" / "triage.yaml", "send", "sends")
    assert refused(folder, capsys, "--check") == "differs: contracts/asyncapi/triage.yaml\n"


def test_a_file_that_is_missing_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "schemas" / SCHEMA).unlink()
    assert refused(folder, capsys, "--check") == f"differs: contracts/schemas/{SCHEMA}\n"


def test_a_file_that_is_nobodys_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "asyncapi" / "insights.yaml").write_text("asyncapi: 3.0.0\n", "utf-8")
    assert refused(folder, capsys, "--check") == "differs: contracts/asyncapi/insights.yaml\n"


def test_the_check_writes_nothing(folder: Path) -> None:
    (folder / "schemas" / SCHEMA).unlink()
    main(["--check"], folder)
    assert not (folder / "schemas" / SCHEMA).exists()


def test_an_optional_addition_is_written(folder: Path) -> None:
    path = folder / "schemas" / SCHEMA
    schema = json.loads(path.read_text("utf-8"))
    del schema["$defs"]["Sentence"]["properties"]["values"]
    path.write_text(json.dumps(schema), "utf-8")
    assert main([], folder) == 0
    assert main(["--check"], folder) == 0


def test_a_break_is_refused_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "schemas" / SCHEMA
    rewrite(path, '"closed_by"', '"closed_by_whom"')
    before = path.read_text("utf-8")
    said = refused(folder, capsys)
    assert f"breaks {SCHEMA}: event.closed_by_whom: removed" in said
    assert path.read_text("utf-8") == before


def test_an_event_cannot_disappear(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "schemas" / "punte.triage.CaseBlessed.v1.json").write_text("{}", "utf-8")
    assert refused(folder, capsys) == "breaks punte.triage.CaseBlessed.v1.json: the event is gone\n"
