"""May this schema take the place of that one? Optional fields may be added; anything else is a new version."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

NOTES = {"title", "description", "default"}
"""Keywords that tell a reader something and refuse nothing."""


def breaks(frozen: Schema, new: Schema) -> list[str]:
    """What in `new` would break a reader or a stored event of `frozen`, each with its place; empty where nothing."""
    return list(_breaks(_plain(frozen, frozen), _plain(new, new), "event"))


def _breaks(frozen: Any, new: Any, place: str) -> Iterator[str]:
    if isinstance(frozen, dict) and isinstance(new, dict):
        yield from _object_breaks(frozen, new, place)
    elif isinstance(frozen, list) and isinstance(new, list) and len(frozen) == len(new):
        for old_item, new_item in zip(frozen, new, strict=True):
            yield from _breaks(old_item, new_item, place)
    elif frozen != new:
        yield f"{place}: {frozen} became {new}"


def _object_breaks(frozen: Schema, new: Schema, place: str) -> Iterator[str]:
    for keyword in sorted(frozen.keys() | new.keys()):
        if keyword == "properties":
            yield from _field_breaks(frozen.get(keyword, {}), new.get(keyword, {}), place)
        elif keyword == "required":
            yield from _required_breaks(set(frozen.get(keyword, ())), set(new.get(keyword, ())), place)
        else:
            yield from _breaks(frozen.get(keyword), new.get(keyword), f"{place} {keyword}")


def _field_breaks(frozen: Schema, new: Schema, place: str) -> Iterator[str]:
    for field, schema in frozen.items():
        if field in new:
            yield from _breaks(schema, new[field], f"{place}.{field}")
        else:
            yield f"{place}.{field}: removed"


def _required_breaks(frozen: set[str], new: set[str], place: str) -> Iterator[str]:
    yield from (f"{place}.{field}: now required" for field in sorted(new - frozen))
    yield from (f"{place}.{field}: no longer required" for field in sorted(frozen - new))


def _plain(node: Any, root: Schema) -> Any:
    """The schema without notes and names: every reference replaced by what it refers to."""
    if isinstance(node, list):
        return [_plain(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        definition = root["$defs"][node["$ref"].rpartition("/")[2]]
        node = definition | {keyword: value for keyword, value in node.items() if keyword != "$ref"}
    return {
        keyword: _fields(value, root) if keyword == "properties" else _plain(value, root)
        for keyword, value in node.items()
        if keyword not in NOTES | {"$defs"}
    }


def _fields(fields: Schema, root: Schema) -> Schema:
    """Names of fields are no keywords: one may be called `title`."""
    return {name: _plain(schema, root) for name, schema in fields.items()}
