"""The lines of data/lines.yaml."""

from pathlib import Path

import yaml

from services.hotline.domain import Line


def _read(path: Path) -> dict[str, Line]:
    rows = yaml.safe_load(path.read_text("utf-8"))
    return {line: Line(line=line, **row) for line, row in rows.items()}


LINES = _read(Path(__file__).parent / "data" / "lines.yaml")
