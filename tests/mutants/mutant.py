"""Our own code, broken on purpose: each change comes with the test that must notice it."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "catalogue"


class DoesNotApply(Exception):
    """The code has moved on; the message says where."""


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; then `test` fails with a line that holds `fails`. Both texts are written without
    the indentation of the place where they stand."""

    name: str
    says: str
    file: str
    old: str
    new: str
    test: str
    fails: str

    def applied(self, source: str) -> str:
        """Raises DoesNotApply unless the old text is there just once."""
        first, *others = map(re.escape, self.old.strip().split("\n"))
        pattern = re.compile(
            rf"^(?P<indent> *)(?P<before>.*?){first}" + "".join(rf"\n(?P=indent){o}" for o in others), re.M
        )
        if len(found := list(pattern.finditer(source))) != 1:
            raise DoesNotApply(f"{self.name}: {len(found)} times in {self.file}")
        indent, before = found[0]["indent"], found[0]["before"]
        new = f"\n{indent}".join(self.new.strip().split("\n"))
        return f"{source[: found[0].start()]}{indent}{before}{new}{source[found[0].end() :]}"


def mutants() -> list[Mutant]:
    return [Mutant(**each) for page in sorted(FOLDER.glob("*.yaml")) for each in yaml.safe_load(page.read_text())]
