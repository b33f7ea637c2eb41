"""A directory of a few rows: every statement of its import is a place to die at."""

import csv
from pathlib import Path

import yaml

from services.capacity.directory import CENTERS, DECISIONS, row_key
from services.capacity.settings import Settings

WHOLE = Path(Settings.model_fields["directory"].default)
ROWS = ("S2-10", "S2-11", "S2-15")
"""One of two units, one confidential, one that is asked for."""


def write_small(folder: Path) -> Path:
    decisions = yaml.safe_load((WHOLE / DECISIONS).read_text("utf-8"))["rows"]
    with (WHOLE / CENTERS).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if row_key(row) in ROWS]
    with (folder / CENTERS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    (folder / DECISIONS).write_text(yaml.safe_dump({"rows": {row: decisions[row] for row in ROWS}}), "utf-8")
    return folder
