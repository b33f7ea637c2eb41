"""Hard constraints that follow from the service and the request alone. Each is a check with the values it compared."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.vocabulary import Consent, LegalAct, ServiceKind, ServiceStatus, Urgency
from services.capacity.domain.directory import OFFERABLE, Service
from services.capacity.domain.request import ADULT, OLDEST, SMALL_CHILD, Request

Value = str | int | tuple[str, ...] | None

MEASURES = (LegalAct.DIRECTOR_DISPOSITION, LegalAct.COURT_ORDINANCE, LegalAct.COMMISSION_DECISION)
"""Acts that carry a protection measure for a child (Law 272/2004)."""
NO_CONSENT = (Consent.NOT_ASKED, Consent.REFUSED)
MOTHER_AND_CHILD = "mother-and-child"


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


def requires(service: Service, request: Request) -> Check:
    if service.requires == "protection-measure":
        return Check("protection-measure", request.legal_act in MEASURES, MEASURES, request.legal_act)
    ok = service.requires is None or request.evaluation in ("done", "after")
    return Check("evaluation", ok, service.requires, request.evaluation)


def consent(_: Service, request: Request) -> Check:
    """An adult's: given, or impossible to give. A child's is not asked."""
    asked = not request.person.is_child
    wanted = (Consent.GIVEN, Consent.CANNOT) if asked else None
    return Check("consent", not asked or request.consent not in (*NO_CONSENT, None), wanted, request.consent)


def age(service: Service, request: Request) -> Check:
    """The person's whole range of ages lies within the service's."""
    low, high = request.person.ages
    ok = (service.min_age or 0) <= low and (service.max_age is None or high <= service.max_age)
    return Check("age", ok, _span(service.min_age, service.max_age), _ages(request))


def child_among_adults(service: Service, request: Request) -> Check:
    ok = not (service.is_for_adults and request.person.is_child)
    return Check("child-among-adults", ok, ADULT if service.is_for_adults else None, _ages(request))


def residential_minimum_age(service: Service, request: Request) -> Check:
    """A child under three without its parent belongs in a family, unless severely disabled."""
    applies = service.counts_places and service.residential and service.target != MOTHER_AND_CHILD
    ok = not (applies and request.person.is_small_child and "severe" not in request.person.flags)
    return Check("residential-minimum-age", ok, SMALL_CHILD if applies else None, request.person.youngest)


def emergency_only(service: Service, request: Request) -> Check:
    ok = not service.emergency_only or request.urgency <= Urgency.U2
    return Check("emergency-only", ok, Urgency.U2 if service.emergency_only else None, request.urgency)


def sex(service: Service, request: Request) -> Check:
    ok = not service.units or bool(service.units_for(request.person.sex))
    wanted = tuple(sorted({unit.sex for unit in service.units if unit.sex}))
    return Check("sex", ok, wanted or None, request.person.sex)


RULES: tuple[Callable[[Service, Request], Check], ...] = (
    kind,
    status,
    team,
    only_target,
    requires,
    consent,
    age,
    child_among_adults,
    residential_minimum_age,
    emergency_only,
    sex,
)


def _ages(request: Request) -> str | None:
    return None if request.person.youngest is None else _span(*request.person.ages)


def _span(low: int | None, high: int | None) -> str:
    """ "3–17", "18+", or "7" where both ends are one."""
    if high is None or high >= OLDEST:
        return f"{low or 0}+"
    return f"{low or 0}–{high}" if low != high else str(high)
