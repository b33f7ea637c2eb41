"""What docs/access.md says: who may call which route."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.infrastructure import SERVICES

ACCESS = Path(__file__).parents[3] / "docs" / "access.md"
EVERY = "every service"


@dataclass(frozen=True)
class Row:
    """`path` is the route's, `of` which of its matters is meant, `cells` what each caller hears."""

    service: str
    method: str
    path: str
    of: str
    cells: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.service, self.method, self.path, self.of)))


def rows() -> Iterator[Row]:
    """One for each service where a table is of every service."""
    section, head = "", [""]
    for line in ACCESS.read_text().splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line.startswith("| method "):
            head = _cells(line)
        elif section and line.startswith("| "):
            yield from _rows(section, dict(zip(head, _cells(line), strict=True)))


def _rows(section: str, told: dict[str, str]) -> Iterator[Row]:
    method, path, why = told.pop("method"), told.pop("path"), told.pop("why")
    assert why, f"{path}: a row says why"
    _, path, of = path.split("`")
    for service in SERVICES if section == EVERY else [section]:
        yield Row(service, method, path, of.strip(), told)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
