"""Use cases: load, decide, save, on the transaction they are given; nothing here commits."""

from services.capacity.handlers.directory import accept_referrals, enter_occupancy, import_directory
from services.capacity.handlers.placements import (
    accept,
    admit,
    come_back,
    decline,
    discharge,
    expire,
    fill,
    follow_cases,
    go,
    not_arrived,
    notice_late_arrival,
    offer_by_hand,
    search_again,
)
from services.capacity.handlers.places import bring_back, put_out_of_service, return_to_service

__all__ = [
    "accept",
    "accept_referrals",
    "admit",
    "bring_back",
    "come_back",
    "decline",
    "discharge",
    "enter_occupancy",
    "expire",
    "fill",
    "follow_cases",
    "go",
    "import_directory",
    "not_arrived",
    "notice_late_arrival",
    "offer_by_hand",
    "put_out_of_service",
    "return_to_service",
    "search_again",
]
