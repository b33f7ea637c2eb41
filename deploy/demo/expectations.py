"""What a duty social worker would expect of a situation in the end, one function per key."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from contracts.vocabulary import PublicStatus

Json = dict[str, Any]
NEUTRAL = {PublicStatus.RECEIVED, PublicStatus.BEING_CHECKED, PublicStatus.CLOSED}


@dataclass(frozen=True)
class Seen:
    """What the APIs say in the end. `placement` is None where no place was ever sought; `doubts` are the rules for
    which a person had to decide."""

    cases: int
    case: Json
    placement: Json | None
    doubts: Set[str]

    @property
    def offers(self) -> list[Json]:
        found: list[Json] = self.placement["offers"] if self.placement else []
        return found

    def history(self, what: str) -> Iterator[Json]:
        """The details of the case's timeline under that name."""
        yield from (line["details"] or {} for line in self.case["history"] if line["what"] == what)


def urgency(seen: Seen, between: list[str]) -> bool:
    most, least = between
    return bool(most <= seen.case["urgency"] <= least)


def never(seen: Seen, excluded: list[str]) -> bool:
    """No code, row or name of these was offered."""
    offered = {offer[name] for offer in seen.offers for name in ("code", "row", "service_name")}
    return offered.isdisjoint(excluded)


def automatic(seen: Seen, wanted: bool) -> bool:
    """A place was sought without a person's decision."""
    return (seen.case["decided_by"] is None and seen.placement is not None) == wanted


def confidential(seen: Seen, wanted: bool) -> bool:
    """The case knows its offers by code alone, and outsiders see a neutral status."""
    nameless = [not details.keys() & {"row", "service"} for details in seen.history("ReferralOffered")]
    return (bool(nameless) and all(nameless) and seen.case["public_status"] in NEUTRAL) == wanted


def no_place_reason(seen: Seen, reason: str) -> bool:
    """The same for everything that was asked for."""
    why = [one for details in seen.history("PlacementNeedsPerson") for one in details["why"].split("; ")]
    return bool(why) and all(one.endswith(f": {reason}") for one in why)


def after_offer_limit(seen: Seen, happened: str) -> bool:
    lines = [line["what"] for line in seen.case["history"]]
    asked = "ReferralExpired" in lines and "PlacementNeedsPerson" in lines[lines.index("ReferralExpired") :]
    return asked == (happened == "person-asked")


EXPECTATIONS: Mapping[str, Callable[[Seen, Any], bool]] = {
    "urgency": urgency,
    "response": lambda seen, who: seen.case["response"]["who_goes"] == who,
    "codes_first": lambda seen, code: seen.case["service_codes"][:1] == [code],
    "offered_row": lambda seen, row: [offer["row"] for offer in seen.offers[:1]] == [row],
    "offers": lambda seen, all_of: [f"{offer['row']} {offer['state']}" for offer in seen.offers] == all_of,
    "never": never,
    "no_placement": lambda seen, wanted: (seen.placement is None) == wanted,
    "placement": lambda seen, state: seen.placement is not None and seen.placement["state"] == state,
    "stay": lambda seen, state: seen.placement is not None and last_stay(seen.placement) == state,
    "automatic": automatic,
    "confidential": confidential,
    "no_place_reason": no_place_reason,
    "external": lambda seen, who: any(who in d["external"].split(", ") for d in seen.history("PlacementNeedsPerson")),
    "after_offer_limit": after_offer_limit,
    "case_stays_open": lambda seen, wanted: (seen.case["state"] != "closed") == wanted,
    "state": lambda seen, state: seen.case["state"] == state,
    "outcome": lambda seen, outcome: seen.case["outcome"] == outcome,
    "doubts": lambda seen, rules: seen.doubts >= set(rules),
    "cases": lambda seen, number: seen.cases == number,
    "no_case": lambda seen, wanted: (seen.cases == 0) == wanted,
}


def last_stay(placement: Json) -> str | None:
    """How the last stay ended, or where it stands."""
    stays = placement["stays"]
    return (stays[-1]["end_reason"] or stays[-1]["state"]) if stays else None


def unmet(expect: Mapping[str, Any], seen: Seen) -> list[str]:
    """The keys that the answer does not meet."""
    return [key for key, value in expect.items() if not EXPECTATIONS[key](seen, value)]
