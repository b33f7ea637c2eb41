"""Words of the report, the call and the case."""

from enum import StrEnum


class Intake(StrEnum):
    """Which service took a source of a case."""

    REPORT = "report"
    CALL = "call"


class Channel(StrEnum):
    """How a report without a call arrives."""

    ESECTOR6_APP = "esector6-app"
    WEB = "web"
    CHILD_RIGHTS = "child-rights"
    OPEN311 = "open311"
    INSTITUTION = "institution"
    WALK_IN = "walk-in"
    STREET_TEAM = "street-team"


class CallType(StrEnum):
    ABOUT_SELF = "about-self"
    ABOUT_OTHER = "about-other"
    INSTITUTION = "institution"
    COUNSELLING = "counselling"
    FOLLOW_UP = "follow-up"
    CALL_BACK_OUT = "call-back-out"
    FROM_112 = "from-112"
    INFORMATION = "information"
    THANK_YOU = "thank-you"
    SILENT = "silent"
    DROPPED = "dropped"
    HANG_UP = "hang-up"
    JOKE = "joke"
    ABUSIVE = "abusive"
    WRONG_NUMBER = "wrong-number"
    OTHER_LANGUAGE = "other-language"
    TEST = "test"


NO_CASE_CALL_TYPES = frozenset(
    {
        CallType.SILENT,
        CallType.DROPPED,
        CallType.HANG_UP,
        CallType.JOKE,
        CallType.ABUSIVE,
        CallType.WRONG_NUMBER,
        CallType.TEST,
        CallType.THANK_YOU,
    }
)


class ReporterRelation(StrEnum):
    """Known relations; an unknown one is kept as text, never refused."""

    SELF = "self"
    CHILD_ITSELF = "child-itself"
    PARENT = "parent"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    TEACHER = "teacher"
    DOCTOR = "doctor"
    POLICE = "police"
    NGO = "ngo"
    INSTITUTION = "institution"
    PASSER_BY = "passer-by"
    OTHER = "other"
    UNKNOWN = "unknown"


class PersonRole(StrEnum):
    """Known roles; an unknown one is kept as text, never refused."""

    SUBJECT = "subject"
    CHILD = "child"
    SIBLING = "sibling"
    PARENT = "parent"
    PARTNER = "partner"
    OTHER = "other"


class Harm(StrEnum):
    PHYSICAL = "physical"
    EMOTIONAL = "emotional"
    SEXUAL = "sexual"
    NEGLECT = "neglect"
    LABOUR_EXPLOITATION = "labour-exploitation"
    SEXUAL_EXPLOITATION = "sexual-exploitation"
    BEGGING = "begging"
    TRAFFICKING = "trafficking"
    ONLINE = "online"
    WITNESS_OF_VIOLENCE = "witness-of-violence"
    ABANDONMENT = "abandonment"
    OTHER = "other"


class Response(StrEnum):
    """Who goes, or acts, before any place is sought."""

    PHONE_ADVICE = "phone-advice"
    VISIT = "visit"
    MOBILE_TEAM = "mobile-team"
    STREET_TEAM = "street-team"
    JOINT_WITH_POLICE = "joint-with-police"
    POLICE = "police"
    HOSPITAL = "hospital"


class CaseState(StrEnum):
    OPEN = "open"
    AWAITING_DECISION = "awaiting-decision"
    PLACING = "placing"
    WAITING = "waiting"
    NEEDS_PERSON = "needs-person"
    PLACED = "placed"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    PLACED = "placed"
    SERVICE_STARTED = "service-started"
    PLACED_WITH_KIN = "placed-with-kin"
    SAFE_AT_HOME = "safe-at-home"
    AGGRESSOR_REMOVED = "aggressor-removed"
    HOSPITAL = "hospital"
    COUNSELLED = "counselled"
    REFERRED_OUTSIDE = "referred-outside"
    HANDED_TO_OTHER_AUTHORITY = "handed-to-other-authority"
    HANDED_TO_DOMICILE_AUTHORITY = "handed-to-domicile-authority"
    RISK_NOT_CONFIRMED = "risk-not-confirmed"
    NO_PLACE_FOUND = "no-place-found"
    PERSON_DECLINED = "person-declined"
    COULD_NOT_CONTACT = "could-not-contact"
    NOT_FOUND = "not-found"
    MISSING = "missing"
    DECEASED = "deceased"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    NOT_A_CASE = "not-a-case"


class Clock(StrEnum):
    """The clocks of a case: a person is reached, a place is decided."""

    FIRST_RESPONSE = "first-response"
    PLACE = "place"


class PublicStatus(StrEnum):
    """What a reporter may know. Neutral cases show received, being-checked and closed only."""

    RECEIVED = "received"
    BEING_CHECKED = "being-checked"
    HELP_BEING_ARRANGED = "help-being-arranged"
    HELP_GIVEN = "help-given"
    CLOSED = "closed"
    SENT_TO_OTHER_AUTHORITY = "sent-to-other-authority"
