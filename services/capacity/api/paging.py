"""Where a page of a list begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from shared.http import Problem
from shared.paging import from_cursor

Position = TypeVar("Position")


@dataclass(frozen=True)
class Slice:
    cursor: str | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 100

    def after(self, first: Position, parts: int, read: Callable[..., Position]) -> Position:
        """The position that `read` makes of the cursor's strings, `first` without a cursor. Raises Problem 400."""
        if self.cursor is None:
            return first
        try:
            return read(*from_cursor(self.cursor, parts))
        except ValueError:
            raise Problem(400, detail="Cursor necunoscut. / Unknown cursor.") from None


OnePage = Annotated[Slice, Depends()]
