"""Hard constraints that follow from the service and the request alone. Each is a check with the values it compared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.vocabulary import Consent, LegalAct, ServiceKind, ServiceStatus, Urgency
from services.capacity.domain.directory import MOTHER_AND_CHILD, OFFERABLE, Service
from services.capacity.domain.request import ADULT, OLDEST, SMALL_CHILD, Person, Request

Value = str | int | tuple[str | None, ...] | None

MEASURES = (LegalAct.DIRECTOR_DISPOSITION, LegalAct.COURT_ORDINANCE, LegalAct.COMMISSION_DECISION)
"""Acts that carry a protection measure for a child (Law 272/2004)."""
DISABLED_CHILD = "disabled-child"
TRAFFICKED_CHILD = "trafficked-child"
NO_CONSENT = (Consent.NOT_ASKED, Consent.REFUSED)


@dataclass(frozen=True, slots=True)
class Check:
    """`wanted` by the service, `found` in the request; None where the one asks, or the other says, nothing."""

    rule: str
    ok: bool
    wanted: Value = None
    found: Value = None


def kind(service: Service, _: Request) -> Check:
    """Family rows are a search by hand; info, admin, project and proposed rows are shown only."""
    rule = "family-by-hand" if service.kind == ServiceKind.FAMILY else "kind"
    return Check(rule, service.kind in OFFERABLE, tuple(sorted(OFFERABLE)), service.kind)


def status(service: Service, _: Request) -> Check:
    return Check("status", service.status == ServiceStatus.EXISTING, ServiceStatus.EXISTING, service.status)


def team(service: Service, request: Request) -> Check:
    """A team belongs to the response: it never ends the search for a place while codes are asked for."""
    ok = service.kind != ServiceKind.TEAM or not request.codes
    return Check("team", ok, None, service.kind)


def only_target(service: Service, request: Request) -> Check:
    ok = service.only_target in (None, request.target)
    return Check("only-target", ok, service.only_target, request.target)


def protected(service: Service, request: Request) -> Check:
    """A trafficked child lives where only such children do, or in the emergency center (plan of sector 2, row 11)."""
    ok = request.target != TRAFFICKED_CHILD or service.only_target == TRAFFICKED_CHILD or service.emergency_only
    return Check(TRAFFICKED_CHILD, ok, service.only_target, request.target)


def requires(service: Service, request: Request) -> Check:
    if service.requires == "protection-measure":
        return Check("protection-measure", request.legal_act in MEASURES, MEASURES, request.legal_act)
    ok = service.requires is None or request.evaluation in ("done", "after")
    return Check("evaluation", ok, service.requires, request.evaluation)


def consent(_: Service, request: Request, person: Person) -> Check:
    """An adult's: given, or impossible to give. A child's is not asked."""
    asked = not person.is_child
    wanted = (Consent.GIVEN, Consent.CANNOT) if asked else None
    return Check("consent", not asked or request.consent not in (*NO_CONSENT, None), wanted, request.consent)


def age(service: Service, _: Request, person: Person) -> Check:
    """The person's whole range of ages lies within the service's."""
    low, high = person.ages
    ok = (service.min_age or 0) <= low and (service.max_age is None or high <= service.max_age)
    return Check("age", ok, _span(service.min_age, service.max_age), _ages(person))


def child_among_adults(service: Service, _: Request, person: Person) -> Check:
    ok = not (service.is_for_adults and person.is_child)
    return Check("child-among-adults", ok, ADULT if service.is_for_adults else None, _ages(person))


def residential_minimum_age(service: Service, _: Request, person: Person) -> Check:
    """A child under three without its parent belongs in a family; severely disabled, it may live in a home that is
    specialized (Law 272/2004, art. 64)."""
    applies = service.counts_places and service.residential and service.target != MOTHER_AND_CHILD
    may = "severe" in person.flags and service.only_target == DISABLED_CHILD
    ok = not (applies and person.is_small_child and not may)
    return Check("residential-minimum-age", ok, SMALL_CHILD if applies else None, person.youngest)


def emergency_only(service: Service, request: Request) -> Check:
    ok = not service.emergency_only or request.urgency <= Urgency.U2
    return Check("emergency-only", ok, Urgency.U2 if service.emergency_only else None, request.urgency)


def sex(service: Service, request: Request) -> Check:
    """One unit takes all of the party."""
    holders = service.holders(request.party)
    ok = not service.units or bool(service.units_for(holders))
    wanted = tuple(sorted({unit.sex for unit in service.units if unit.sex}))
    found = tuple(sorted({person.sex for person in holders}, key=str))
    return Check("sex", ok, wanted or None, found if len(found) > 1 else found[0])


def party_size(service: Service, request: Request) -> Check:
    """Some unit is as large as the party."""
    holders = service.holders(request.party)
    largest = max((unit.places for unit in service.units_for(holders)), default=None)
    return Check("party-size", largest is None or len(holders) <= largest, largest, len(holders))


OF_THE_SERVICE: tuple[Callable[[Service, Request], Check], ...] = (
    kind,
    status,
    team,
    only_target,
    protected,
    requires,
    emergency_only,
    sex,
    party_size,
)
OF_EACH_PERSON: tuple[Callable[[Service, Request, Person], Check], ...] = (
    consent,
    age,
    child_among_adults,
    residential_minimum_age,
)


def checks(service: Service, request: Request) -> Iterator[Check]:
    """Of a rule about persons, the check of the first whom it keeps out, else of the first."""
    for rule in OF_THE_SERVICE:
        yield rule(service, request)
    for each in OF_EACH_PERSON:
        made = [each(service, request, person) for person in service.holders(request.party)]
        yield next((check for check in made if not check.ok), made[0])


def _ages(person: Person) -> str | None:
    return None if person.youngest is None else _span(*person.ages)


def _span(low: int | None, high: int | None) -> str:
    """ "3–17", "18+", or "7" where both ends are one."""
    if high is None or high >= OLDEST:
        return f"{low or 0}+"
    return f"{low or 0}–{high}" if low != high else str(high)
