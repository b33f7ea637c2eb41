"""Where a page of a list begins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from asyncpg import Record
from fastapi import Depends, Query

from shared.http import Problem
from shared.paging import from_cursor, to_cursor

Position = TypeVar("Position")


@dataclass(frozen=True)
class Slice:
    cursor: str | None
    limit: int

    def after(self, first: Position, parts: int, read: Callable[..., Position]) -> Position:
        """The position that `read` makes of the cursor's strings, `first` without a cursor. Raises Problem 400."""
        if self.cursor is None:
            return first
        try:
            return read(*from_cursor(self.cursor, parts))
        except ValueError:
            raise Problem(400, detail="Cursor necunoscut. / Unknown cursor.") from None

    def cut(self, rows: Sequence[Record], *position: str) -> tuple[Sequence[Record], str | None]:
        """The page, of rows read for one more than it holds, and where the next one begins, if there is one."""
        page = rows[: self.limit]
        more = len(rows) > self.limit
        return page, to_cursor(*(str(page[-1][column]) for column in position)) if more else None


async def _slice(cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 100) -> Slice:
    return Slice(cursor, limit)


OnePage = Annotated[Slice, Depends(_slice)]
