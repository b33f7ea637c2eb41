"""Use cases: load, decide, save, on the transaction they are given; nothing here commits."""

from services.capacity.handlers.directory import enter_occupancy, import_directory
from services.capacity.handlers.placements import (
    accept,
    admit,
    decline,
    discharge,
    expire,
    fill,
    follow_cases,
    not_arrived,
    notice_late_arrival,
    search_again,
)

__all__ = [
    "accept",
    "admit",
    "decline",
    "discharge",
    "enter_occupancy",
    "expire",
    "fill",
    "follow_cases",
    "import_directory",
    "not_arrived",
    "notice_late_arrival",
    "search_again",
]
