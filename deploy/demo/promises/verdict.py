"""What one promise comes to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A number that was counted, and what it counts."""

    number: float
    ro: str
    en: str


@dataclass(frozen=True)
class Verdict:
    """The promise held when nothing broke it. `broken` says each breach in a line."""

    ro: str
    en: str
    figures: Sequence[Figure]
    broken: Sequence[str]

    @property
    def held(self) -> bool:
        return not self.broken
