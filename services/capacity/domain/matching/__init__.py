"""Who may be offered what, and in which order: hard constraints first, then rank."""

from services.capacity.domain.matching.match import (
    ACCEPTS_REFERRALS,
    FREE_PLACE,
    History,
    Match,
    chosen,
    ranked,
    still_suits,
)
from services.capacity.domain.matching.rules import Check

__all__ = ["ACCEPTS_REFERRALS", "FREE_PLACE", "Check", "History", "Match", "chosen", "ranked", "still_suits"]
