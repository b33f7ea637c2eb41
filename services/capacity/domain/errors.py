"""What a caller may hear. A docstring is the message, Romanian first."""

from collections.abc import Sequence

from contracts.vocabulary import OfferState, StayState
from services.capacity.domain.matching import Check

PAST = {
    OfferState.ACCEPTED: ("a fost acceptată", "it was accepted"),
    OfferState.DECLINED: ("a fost refuzată", "it was declined"),
    OfferState.EXPIRED: ("a expirat", "it has expired"),
    OfferState.WITHDRAWN: ("a fost retrasă", "it was withdrawn"),
}
NOW = {
    StayState.HELD: ("locul este doar ținut", "the place is only held"),
    StayState.RESERVED: ("persoana este așteptată", "the person is awaited"),
    StayState.OCCUPIED: ("persoana este în centru", "the person is in the center"),
    StayState.ABSENT: ("persoana lipsește", "the person is absent"),
    StayState.ENDED: ("șederea s-a încheiat", "the stay has ended"),
}


class CapacityError(Exception):
    """Cererea nu poate fi îndeplinită. / The request cannot be met."""


class NotFound(CapacityError):
    """Nu există. / There is no such thing."""


class OfferGone(CapacityError):
    """Oferta nu mai este valabilă: {ce}. / The offer no longer stands: {what}."""

    def __init__(self, state: OfferState) -> None:
        self.ce, self.what = PAST[state]
        super().__init__(state)


class WrongStayState(CapacityError):
    """Nu se poate acum: {ce}. / Not possible now: {what}."""

    def __init__(self, state: StayState) -> None:
        self.ce, self.what = NOW[state]
        super().__init__(state)


class NothingSought(CapacityError):
    """Pentru acest caz nu se caută loc. / No place is sought for this case."""


class DoesNotFit(CapacityError):
    """Serviciul nu poate primi persoana. / The service cannot take the person."""

    def __init__(self, hindrances: Sequence[Check]) -> None:
        self.hindrances = hindrances
        super().__init__(hindrances)


class OccupancyEntered(CapacityError):
    """Ocuparea inițială este deja introdusă: {entered}. / The opening occupancy is entered already: {entered}."""

    def __init__(self, entered: int) -> None:
        self.entered = entered
        super().__init__(entered)


class MoreThanPlaces(CapacityError):
    """Unitatea are {free} locuri libere, nu {occupied}. / The unit has {free} free places, not {occupied}."""

    def __init__(self, occupied: int, free: int) -> None:
        self.occupied, self.free = occupied, free
        super().__init__(occupied)
