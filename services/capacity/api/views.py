"""Rows as answers."""

from typing import Any

from asyncpg import Record

from services.capacity import sentences
from services.capacity.api.models import (
    Counts,
    ExplainedView,
    ExplanationView,
    MemberView,
    OfferView,
    PersonView,
    PlacementView,
    PlaceView,
    SearchView,
    ServiceView,
    StayView,
    UnitView,
)

ACCEPTED = "accepted"


def service(row: Record, units: list[Record]) -> ServiceView:
    mine = [unit(each) for each in units if each["service_id"] == row["id"]]
    return ServiceView(**row, places=_counts(row, row["total"]), units=mine)


def unit(row: Record) -> UnitView:
    return UnitView(
        unit_id=row["id"],
        number=row["number"],
        sex=row["sex"],
        opening_occupancy=row["opening_occupancy"],
        places=_counts(row, row["places"]),
    )


def place(row: Record, *, own: bool) -> PlaceView:
    """To others a taken place shows its state alone; a name is shown once the person was accepted."""
    taken = row["stay_state"] or ("out-of-service" if row["out_of_service"] else "free")
    known = PlaceView(
        place_id=row["id"],
        unit_id=row["unit_id"],
        number=row["number"],
        state=taken,
        out_of_service=row["out_of_service"],
        out_until=row["out_until"],
        free_since=row["free_since"],
    )
    if not own:
        return known
    return known.model_copy(
        update={
            **{name: row[name] for name in ("stay_id", "case_id", "arrival_due", "admitted_at")},
            "person": _person(row["person"], named=row["stay_state"] != "held"),
        }
    )


def offer(row: Record, *, own: bool) -> OfferView:
    """`own`: for the center that was asked, which learns the name by accepting."""
    named = own and row["state"] == ACCEPTED
    party = [MemberView(**_with_name(member, named=named)) for member in row["party"]]
    return OfferView(offer_id=row["id"], **{**row, "party": party})


def stay(row: Record) -> StayView:
    return StayView(stay_id=row["id"], **row)


def placement(found: dict[str, Any]) -> PlacementView:
    lists = {
        "searches": [_search(each) for each in found["searches"]],
        "offers": [offer(each, own=False) for each in found["offers"]],
        "stays": [stay(each) for each in found["stays"]],
    }
    return PlacementView(**(found | lists))


def _search(row: Record) -> SearchView:
    stored = row["explanation"]
    services = [_explained(each) for each in stored["services"]]
    explanation = ExplanationView(**(stored | {"services": services}))
    return SearchView(round=row["round"], at=row["at"], explanation=explanation)


def _explained(stored: dict[str, Any]) -> ExplainedView:
    checks = [check | sentences.of_check(check) for check in stored["checks"]]
    return ExplainedView(**(stored | {"checks": checks} | sentences.of_verdict(stored["verdict"], stored["rank"])))


def _person(stored: dict[str, Any] | None, *, named: bool) -> PersonView | None:
    return PersonView(**_with_name(stored, named=named)) if stored else None


def _with_name(stored: dict[str, Any], *, named: bool) -> dict[str, Any]:
    return stored | {"name": stored["name"] if named else None}


def _counts(row: Record, total: int) -> Counts:
    return Counts(**({**row} | {"total": total}))
