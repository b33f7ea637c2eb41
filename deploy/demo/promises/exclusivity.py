"""Promise 2. No place had two open stays at any instant, replayed from the history of stays."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from deploy.demo.evidence import Evidence, Row
from deploy.demo.promises.verdict import Figure, Verdict


def check(evidence: Evidence) -> Verdict:
    stays = [row for row in evidence.rows("capacity", "stay") if row["place_id"]]
    most = {place: most_at_once(of_place) for place, of_place in by_place(stays).items()}
    shared = [place for place, number in most.items() if number > 1]
    return Verdict(
        "Niciun loc nu se dă de două ori.",
        "No place is given twice.",
        [
            Figure(len(evidence.rows("capacity", "place")), "locuri", "places"),
            Figure(len(stays), "șederi", "stays"),
            Figure(sum(stay["ended_at"] is None for stay in stays), "deschise acum", "open now"),
            Figure(max(most.values(), default=0), "cel mult odată pe un loc", "at most at once in a place"),
            Figure(len(shared), "locuri date de două ori", "places given twice"),
        ],
        [
            *(f"loc dat de două ori / place given twice: {place}" for place in shared),
            *wrongly_counted(evidence.rows("capacity", "place"), stays),
        ],
    )


def by_place(stays: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for stay in stays:
        found[stay["place_id"]].append(stay)
    return found


def most_at_once(stays: Iterable[Row]) -> int:
    """A sweep over begins and ends; at one instant who leaves comes before who arrives."""
    moments: list[tuple[datetime, int]] = []
    for stay in stays:
        if stay["ended_at"] != stay["began_at"]:
            moments.append((stay["began_at"], 1))
            moments.extend([(stay["ended_at"], -1)] if stay["ended_at"] else [])
    open_now = most = 0
    for _, change in sorted(moments):
        open_now += change
        most = max(most, open_now)
    return most


def wrongly_counted(places: Iterable[Row], stays: Iterable[Row]) -> Iterator[str]:
    """The ledger of free places says the same as the stays: a place is free, taken or out of service."""
    taken = {stay["place_id"] for stay in stays if stay["ended_at"] is None}
    for place in places:
        if (place["free_since"] is None) != (place["id"] in taken or place["out_of_service"] is not None):
            yield f"registrul contrazice șederile / the ledger contradicts the stays: {place['id']}"
