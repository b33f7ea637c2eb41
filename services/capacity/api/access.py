"""Who may see and do what beyond his role: his own centers, his authorities."""

from typing import Annotated

from services.capacity.domain import offer
from services.capacity.domain.errors import NotFound
from services.capacity.domain.offer import By
from services.capacity.store.reading import Owner, Sight
from shared.auth import Who, allow

CENTER_STAFF, CASEWORKER, SUPERVISOR = offer.CENTER_STAFF, "caseworker", "supervisor"
ALL_STAFF = ("operator", CASEWORKER, CENTER_STAFF, SUPERVISOR, "auditor", "admin")
Keeper = Annotated[Who, allow(CENTER_STAFF, SUPERVISOR)]
"""Who keeps the house, or somebody for it."""


def sight(who: Who) -> Sight:
    """Confidential services are for their own center, caseworkers and supervisors."""
    return Sight(list(who.authorities), own_centers(who), bool(who.roles & {CASEWORKER, SUPERVISOR}))


def own_centers(who: Who) -> list[str]:
    return sorted(who.centers) if CENTER_STAFF in who.roles else []


def own_center(who: Who, owner: Owner) -> By:
    """Raises NotFound: other centers' affairs do not exist."""
    if owner.row not in own_centers(who):
        raise NotFound
    return By(who.subject, who.name, CENTER_STAFF)


def own_center_or(role: str, who: Who, owner: Owner) -> By:
    """The center itself, or somebody of that role whose authority the center or the case belongs to.
    Raises NotFound."""
    if owner.row in own_centers(who):
        return own_center(who, owner)
    if role in who.roles and who.authorities & {owner.authority, owner.case_authority}:
        return By(who.subject, who.name, role)
    raise NotFound
