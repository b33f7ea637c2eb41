"""The import contracts of pyproject.toml, tried on a small tree of the same shape."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
ALLOWED = {
    "contracts/__init__.py": "",
    "contracts/reports.py": "import pydantic",
    "contracts/vocabulary/__init__.py": "import enum",
    "deploy/__init__.py": "import services.reports.domain, contracts.reports, shared.db",
    "services/__init__.py": "",
    "services/capacity/__init__.py": "",
    "services/capacity/domain/__init__.py": "from services.capacity.domain import places",
    "services/capacity/domain/places.py": "import contracts.vocabulary",
    "services/reports/__init__.py": "",
    "services/reports/domain.py": "import contracts.vocabulary",
    "services/reports/store.py": "import asyncpg, shared.db, contracts.reports",
    "shared/__init__.py": "",
    "shared/db.py": "import asyncpg, structlog",
}
FORBIDDEN = {
    "Services know nothing of each other": ("services/reports/store.py", "import services.capacity"),
    "Nothing that runs depends on how it is run": ("services/reports/store.py", "import deploy"),
    "Plumbing knows no service and no contract": ("shared/db.py", "import contracts.reports"),
    "Contracts are models and data": ("contracts/reports.py", "import shared.db"),
    "The vocabulary is plain Python": ("contracts/vocabulary/__init__.py", "import yaml"),
    "Importing the contracts package loads nothing": ("contracts/__init__.py", "from contracts import reports"),
    "Domains are plain Python": ("services/capacity/domain/places.py", "import shared.db"),
}


def verdicts(root: Path, files: dict[str, str]) -> dict[str, str]:
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{source}\n")
    shutil.copy(PYPROJECT, root)
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    output = subprocess.run(lint, cwd=root, capture_output=True, text=True, check=False).stdout
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)$", output, re.MULTILINE))


def test_the_shape_of_the_design_keeps_every_contract(tmp_path: Path) -> None:
    assert verdicts(tmp_path, ALLOWED) == dict.fromkeys(FORBIDDEN, "KEPT")


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_an_import_across_a_border_breaks_its_contract(tmp_path: Path, contract: str) -> None:
    file, line = FORBIDDEN[contract]
    assert verdicts(tmp_path, ALLOWED | {file: line})[contract] == "BROKEN"
