"""The services that exist, and whom each of them takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.vocabulary import ServiceKind, ServiceStatus, Sex
from services.capacity.domain.request import ADULT, Person, Request

NAMESPACE = uuid5(NAMESPACE_URL, "urn:punte:capacity")
MOTHER_AND_CHILD = "mother-and-child"
OFFERABLE = frozenset({ServiceKind.PLACES, ServiceKind.REFERRAL, ServiceKind.TEAM})


def identity(kind: str, row: str) -> UUID:
    """The id of a thing of the directory, the same at every import: `identity("unit", "S2-6/1")`."""
    return uuid5(NAMESPACE, f"{kind}:{row}")


@dataclass(frozen=True, slots=True)
class Unit:
    """Rooms of a service that are counted together; with `sex`, kept for women or for men."""

    id: UUID
    number: int
    sex: Sex | None
    places: int

    def takes(self, people: Iterable[Person]) -> bool:
        return self.sex is None or all(person.sex == self.sex for person in people)


@dataclass(frozen=True, slots=True)
class Service:
    """A row of the directory. Ages are completed years, None is open. `alias` stands for a confidential service
    outside of here. `offer_limit` is the service's own, where it is shorter than the urgency's."""

    id: UUID
    row: str
    name: str
    authority: str
    code: str | None
    kind: ServiceKind
    status: ServiceStatus
    target: str | None = None
    only_target: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    requires: str | None = None
    emergency_only: bool = False
    residential: bool = False
    confidential: bool = False
    alias: UUID | None = None
    offer_limit: timedelta | None = None
    accepts_referrals: bool = True
    units: tuple[Unit, ...] = ()

    @property
    def counts_places(self) -> bool:
        return self.kind == ServiceKind.PLACES

    @property
    def is_offerable(self) -> bool:
        return self.kind in OFFERABLE and self.status == ServiceStatus.EXISTING

    @property
    def is_for_adults(self) -> bool:
        return self.min_age is not None and self.min_age >= ADULT

    @property
    def sector(self) -> int:
        return int(self.authority.removeprefix("S"))

    def holders(self, party: tuple[Person, ...]) -> tuple[Person, ...]:
        """Those of a party who need a place each: a mother's room is one place, with cots for her children."""
        return party[:1] if self.target == MOTHER_AND_CHILD else party

    def units_for(self, holders: tuple[Person, ...]) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.takes(holders))

    @property
    def wishes(self) -> list[str]:
        """What a request may ask for to mean this service."""
        return [wish for wish in (self.code, self.row) if wish]

    def rank_asked(self, request: Request) -> tuple[int, str] | None:
        """How it was asked for: every code comes before every row. None where nobody asked for it."""
        return next(((n, wish) for n, wish in enumerate(request.asked) if wish in self.wishes), None)


@dataclass(frozen=True)
class Directory:
    """All services, and the digest of the files they were read from."""

    version: str
    services: tuple[Service, ...]

    @cached_property
    def by_id(self) -> dict[UUID, Service]:
        return {service.id: service for service in self.services}

    @cached_property
    def by_unit(self) -> dict[UUID, Service]:
        return {unit.id: service for service in self.services for unit in service.units}

    @cached_property
    def by_wish(self) -> dict[str, list[Service]]:
        wishes: dict[str, list[Service]] = {}
        for service in self.services:
            for wish in service.wishes:
                wishes.setdefault(wish, []).append(service)
        return wishes

    def asked_by(self, request: Request) -> list[Service]:
        return list({service.id: service for wish in request.asked for service in self.by_wish.get(wish, ())}.values())

    def units_asked_by(self, requests: Iterable[Request]) -> set[UUID]:
        """Every unit that a search for one of these may look at."""
        asked = {service for request in requests for service in self.asked_by(request)}
        return {unit.id for service in asked for unit in service.units}
