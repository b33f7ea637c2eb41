"""A service held against a request: every check, whether it fits, and where it ranks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.vocabulary import OfferState
from services.capacity.domain.directory import Directory, Service
from services.capacity.domain.ledger import Ledger, Place
from services.capacity.domain.matching.rules import Check, checks
from services.capacity.domain.offer import Offer
from services.capacity.domain.request import Person, Request

FREE_PLACE = "free-place"
ACCEPTS_REFERRALS = "accepts-referrals"
BY_HAND = frozenset({"emergency-only", ACCEPTS_REFERRALS, "declined-before", "silent-lately"})
"""What a named person may pass over, who has talked to the center."""
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """The services that said no to this placement, and those that said nothing lately."""

    declined: frozenset[UUID] = frozenset()
    silent: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, offers: Iterable[Offer], now: datetime) -> "History":
        offers = tuple(offers)
        return cls(
            frozenset(offer.service_id for offer in offers if offer.state == OfferState.DECLINED),
            frozenset(offer.service_id for offer in offers if offer.is_silent(now)),
        )

    def checks(self, service: Service) -> Iterator[Check]:
        yield Check(ACCEPTS_REFERRALS, service.accepts_referrals)
        yield Check("declined-before", service.id not in self.declined)
        yield Check("silent-lately", service.id not in self.silent)


@dataclass(frozen=True, slots=True)
class Match:
    """`holders` need a place each. `places` are the longest-free ones of one unit that has enough for them; empty where
    none has, or none is counted."""

    service: Service
    asked: str
    holders: tuple[Person, ...]
    checks: tuple[Check, ...]
    places: tuple[Place, ...]
    rank: tuple[int, bool, bool, datetime, str]

    @property
    def taken(self) -> Iterator[tuple[Place, Person]]:
        return zip(self.places, self.holders, strict=False)

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.checks if not check.ok]

    @property
    def fits(self) -> bool:
        """Nothing speaks against it, except perhaps that it is full."""
        return all(check.rule == FREE_PLACE for check in self.failed)

    @property
    def is_closed(self) -> bool:
        """It would fit if it took referrals now."""
        return {check.rule for check in self.failed} - {FREE_PLACE} == {ACCEPTS_REFERRALS}

    @property
    def hindrances(self) -> list[Check]:
        """What no person may pass over."""
        return [check for check in self.failed if check.rule not in BY_HAND]

    @property
    def is_available(self) -> bool:
        return not self.failed


def still_suits(service: Service, request: Request) -> bool:
    """Whether a service that was asked before may still be: nothing but its answer and its places is looked at."""
    return service.rank_asked(request) is not None and all(check.ok for check in checks(service, request))


def ranked(directory: Directory, request: Request, history: History, ledger: Ledger) -> list[Match]:
    """Every service that was asked for: the available ones first, best first."""
    wishes = ((service, service.rank_asked(request)) for service in directory.asked_by(request))
    matches = [_match(service, request, history, ledger, asked) for service, asked in wishes if asked]
    return sorted(matches, key=lambda match: (not match.is_available, not match.fits, match.rank))


def chosen(service: Service, request: Request, history: History, ledger: Ledger) -> Match:
    """The service that a named person picked, whether it was asked for or not."""
    return _match(service, request, history, ledger, (0, service.row))


def _match(service: Service, request: Request, history: History, ledger: Ledger, asked: tuple[int, str]) -> Match:
    order, wish = asked
    holders = service.holders(request.party)
    places = ledger.longest_free([unit.id for unit in service.units_for(holders)], len(holders))
    free = Check(FREE_PLACE, bool(places) or not service.counts_places)
    made = (*checks(service, request), *history.checks(service), free)
    return Match(service, wish, holders, made, places, _rank(order, service, request, places))


def _rank(
    order: int, service: Service, request: Request, places: tuple[Place, ...]
) -> tuple[int, bool, bool, datetime, str]:
    """Order of codes, target fit, same sector, longest free; then the row, so that ties always break alike."""
    free_since = (places and places[0].free_since) or BEGINNING
    return order, service.target != request.target, service.sector != request.sector, free_since, service.row
