"""Words of the directory, the ledger, the offer and the stay."""

from enum import StrEnum


class ServiceKind(StrEnum):
    """`places` are counted in the ledger; `referral` and `team` take an offer without a place; `family` is a search
    for a relative or foster carer; the others are shown and never offered."""

    PLACES = "places"
    REFERRAL = "referral"
    FAMILY = "family"
    TEAM = "team"
    INFO = "info"
    ADMIN = "admin"
    PROJECT = "project"
    PROPOSED = "proposed"


class ServiceStatus(StrEnum):
    """As the authority's plan prints it."""

    EXISTING = "existing"
    PROPOSED = "proposed"
    PROJECT = "project"


class Sex(StrEnum):
    FEMALE = "f"
    MALE = "m"


class Consent(StrEnum):
    """Of an adult. No offer is made while it is not-asked or refused."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not-asked"
    CANNOT = "cannot"


class LegalAct(StrEnum):
    DIRECTOR_DISPOSITION = "director-disposition"
    COURT_ORDINANCE = "court-ordinance"
    COMMISSION_DECISION = "commission-decision"
    POLICE_ORDER = "police-order"
    OWN_CONSENT = "own-consent"
    REPRESENTATIVE_CONSENT = "representative-consent"


class PlacementState(StrEnum):
    SEARCHING = "searching"
    OFFERED = "offered"
    WAITING = "waiting"
    NEEDS_PERSON = "needs-person"
    RESERVED = "reserved"
    PLACED = "placed"
    ENDED = "ended"
    CANCELLED = "cancelled"


class NoPlaceReason(StrEnum):
    NONE_IN_DIRECTORY = "none-in-directory"
    CONFIRMED_NONE = "confirmed-none"
    ALL_FULL = "all-full"
    NONE_FITS = "none-fits"
    CLOSED_TO_REFERRALS = "closed-to-referrals"


class OfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    NO_PLACE = "no-place"
    NO_SUITABLE_PLACE = "no-suitable-place"
    NOT_ELIGIBLE = "not-eligible"
    AGE_OR_SEX_MIX = "age-or-sex-mix"
    RISK_CANNOT_BE_MANAGED = "risk-cannot-be-managed"
    PROXIMITY_TO_AGGRESSOR = "proximity-to-aggressor"
    STAFF_CONFLICT_OF_INTEREST = "staff-conflict-of-interest"
    NEEDS_HIGHER_CARE = "needs-higher-care"
    NEEDS_MEDICAL_CHECK = "needs-medical-check"
    NO_LEGAL_ACT = "no-legal-act"
    INTOXICATED_OR_VIOLENT = "intoxicated-or-violent"
    OUTSIDE_INTAKE_HOURS = "outside-intake-hours"
    PERSON_DECLINED = "person-declined"
    DUPLICATE = "duplicate"
    DATA_ERROR = "data-error"
    OTHER = "other"


class OutOfService(StrEnum):
    TO_BE_CHECKED = "to-be-checked"
    REPAIR = "repair"
    STAFF_SHORTAGE = "staff-shortage"
    QUARANTINE_OR_INCIDENT = "quarantine-or-incident"
    HELD_FOR_RETURN = "held-for-return"
    SINGLE_OCCUPANCY = "single-occupancy"
    CLOSURE = "closure"


class StayState(StrEnum):
    HELD = "held"
    RESERVED = "reserved"
    OCCUPIED = "occupied"
    ABSENT = "absent"
    ENDED = "ended"


class StayEndReason(StrEnum):
    DISCHARGED_HOME = "discharged-home"
    DISCHARGED_FAMILY = "discharged-family"
    PLACED_WITH_KIN = "placed-with-kin"
    MOVED_TO_OTHER_CENTER = "moved-to-other-center"
    LEFT_ON_OWN = "left-on-own"
    NOT_ARRIVED = "not-arrived"
    HOSPITAL = "hospital"
    DECEASED = "deceased"
    MORNING = "morning"
    OFFER_DECLINED = "offer-declined"
    OFFER_EXPIRED = "offer-expired"
    OFFER_WITHDRAWN = "offer-withdrawn"
    HOLD_EXPIRED = "hold-expired"
    DATA_ERROR = "data-error"
