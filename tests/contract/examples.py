"""The frozen examples, as they lie in contracts/examples."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contracts

FOLDER = Path(contracts.__file__).with_name("examples")


@dataclass(frozen=True)
class Example:
    ce_type: str
    name: str
    headers: dict[str, str]
    value: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.ce_type}/{self.name}"


def _read(path: Path) -> Example:
    return Example(ce_type=path.parent.name, name=path.stem, **json.loads(path.read_text("utf-8")))


EXAMPLES = [_read(path) for path in sorted(FOLDER.glob("*/*.json"))]
