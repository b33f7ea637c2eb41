"""A small world in memory: services, places, a clock to turn, and everything that was decided."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from contracts.vocabulary import Consent, ServiceKind, ServiceStatus, Sex, Urgency
from services.capacity.domain import facts
from services.capacity.domain.allocation import Allocation
from services.capacity.domain.directory import Directory, Service, Unit, identity
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.offer import By, Offer, Stay
from services.capacity.domain.placement import Placement
from services.capacity.domain.request import Person, Request, Wanted
from services.capacity.domain.waiting import WaitingLine

START = datetime(2025, 1, 15, 10, tzinfo=UTC)  # a Wednesday
ANA = By("ana", "Ana Pop", "center_staff")
SHELTER = "8790 CR-PFA-II"


def a_service(row: str, places: int = 1, **values: Any) -> Service:
    units = (Unit(identity("unit", f"{row}/1"), 1, None, places),)
    defaults: dict[str, Any] = {
        "name": f"Centrul {row}",
        "authority": row.partition("-")[0],
        "code": SHELTER,
        "kind": ServiceKind.PLACES,
        "status": ServiceStatus.EXISTING,
        "units": units,
    }
    return Service(id=identity("service", row), row=row, **(defaults | values))


def by_sex(row: str, women: int, men: int) -> tuple[Unit, ...]:
    split = ((Sex.FEMALE, women), (Sex.MALE, men))
    return tuple(Unit(identity("unit", f"{row}/{n}"), n, sex, places) for n, (sex, places) in enumerate(split, 1))


def a_man(**values: Any) -> Person:
    defaults: dict[str, Any] = {"age": 50, "sex": Sex.MALE}
    return Person(**(defaults | values))


def a_request(person: Person | None = None, *others: Person, **values: Any) -> Request:
    defaults: dict[str, Any] = {
        "need": "homeless-adult",
        "target": "homeless-adult",
        "urgency": Urgency.U2,
        "codes": (SHELTER,),
        "services": (),
        "party": (person or a_man(), *others),
        "sector": 2,
        "consent": Consent.GIVEN,
        "evaluation": "missing",
        "legal_act": None,
        "external": (),
    }
    return Request(**(defaults | values))


class World:
    def __init__(self, *services: Service, now: datetime = START) -> None:
        self.directory = Directory("test", services)
        self.ledger = Ledger(
            Place(identity("place", f"{unit.id}/{number}"), unit.id, number, now)
            for service in services
            for unit in service.units
            for number in range(1, unit.places + 1)
        )
        self.line = WaitingLine()
        self.placements: dict[UUID, Placement] = {}
        self.residents: dict[UUID, Stay] = {}
        self.now = now
        self._ids = count(1)
        self._sequence = count(1)

    def new_id(self) -> UUID:
        return UUID(int=next(self._ids))

    def allocation(self) -> Allocation:
        """What one transaction would decide with, everything loaded."""
        allocation = Allocation(
            self.directory,
            self.ledger,
            self.line,
            self.placements.values(),
            self.residents.values(),
            now=self.now,
            due=lambda at, _: at,
            new_id=self.new_id,
        )
        self.placements, self.residents = allocation.placements, allocation.residents
        return allocation

    def pass_time(self, span: timedelta) -> None:
        self.now += span

    # what people and programs do

    def wanted(self, request: Request | None, case_id: UUID | None = None, sequence: int | None = None) -> Wanted:
        return Wanted(
            case_id or self.new_id(),
            next(self._sequence) if sequence is None else sequence,
            "S2",
            request.urgency if request else Urgency.U3,
            request,
            "correlation",
            "trace",
        )

    def ask(self, request: Request | None = None, case_id: UUID | None = None) -> Placement:
        return self.follow(self.wanted(request or a_request(), case_id))

    def cancel(self, placement: Placement) -> Placement:
        return self.follow(self.wanted(None, placement.case_id))

    def follow(self, wanted: Wanted) -> Placement:
        self.allocation().follow(wanted)
        return self.placements[wanted.case_id]

    def admitted(self, request: Request | None = None) -> Placement:
        """Somebody who was offered a place, accepted and has arrived."""
        placement = self.ask(request)
        self.allocation().accept(offer_of(placement).id, ANA)
        self.allocation().admit(stay_of(placement).id, ANA)
        return placement

    def expire_all(self) -> None:
        for placement in list(self.placements.values()):
            for offer in placement.offers:
                self.allocation().expire(offer.id)

    def service_of(self, placement: Placement) -> str:
        """The row of the service last offered."""
        return self.directory.by_id[placement.offers[-1].service_id].row


def offer_of(placement: Placement) -> Offer:
    return placement.offers[-1]


def stay_of(placement: Placement) -> Stay:
    return placement.stays[-1]


def told(placement: Placement) -> list[type[facts.Fact]]:
    """The kinds of facts published so far, in order."""
    return [type(fact) for fact, _ in placement.happened]
