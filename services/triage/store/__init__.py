"""SQL of triage behind small functions that take the transaction."""

from services.triage.store.cases import capacity_sequence, due, get, lock, save
from services.triage.store.queries import Filter, Position, find, history
from services.triage.store.sources import SourceRow, contents, insert_sources, known_sources

__all__ = [
    "Filter",
    "Position",
    "SourceRow",
    "capacity_sequence",
    "contents",
    "due",
    "find",
    "get",
    "history",
    "insert_sources",
    "known_sources",
    "lock",
    "save",
]
