"""The contracts stand on pydantic and a YAML reader; the vocabulary on nothing."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import contracts

FOLDER = Path(contracts.__file__).parent
PLAIN = [FOLDER / "__init__.py", *sorted((FOLDER / "vocabulary").rglob("*.py"))]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def outside(path: Path) -> set[str]:
    return {name for name in imports(path) if name.partition(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_vocabulary_imports_the_standard_library_only(path: Path) -> None:
    assert {name for name in outside(path) if not name.startswith("contracts.vocabulary")} == set()


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_contracts_import_pydantic_and_yaml_only(path: Path) -> None:
    assert {name.partition(".")[0] for name in outside(path)} <= {"contracts", "pydantic", "yaml"}
