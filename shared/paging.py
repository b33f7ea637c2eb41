"""Lists come in pages: `{items, next}`, where `next` is an opaque cursor."""

import base64
import binascii
import json
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.http import Problem

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """`next` is the `cursor` of the following page, null on the last one."""

    items: list[Item]
    next: str | None = None


def to_cursor(*position: str) -> str:
    """The sort key of a page's last item."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def from_cursor(cursor: str, parts: int) -> tuple[str, ...]:
    """The `parts` strings that `to_cursor` was given. Raises Problem 400."""
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error, RecursionError):
        position = None
    if not (isinstance(position, list) and len(position) == parts and all(map(_is_part, position))):
        raise Problem(400, detail="Cursor necunoscut. / Unknown cursor.")
    return tuple(position)


def _is_part(part: object) -> bool:
    """Without NUL, which PostgreSQL does not compare with."""
    return isinstance(part, str) and "\0" not in part
