"""What is known of an event and its people, in the same shape from every intake. Nothing is mandatory."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.base import Flag, Instant, LongText, Model, ShortText, Storable
from contracts.vocabulary import Consent, Harm, PersonRole, ReporterRelation, Sex

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Age = Annotated[int, Field(strict=True, ge=0, le=130, description="completed years")]
Sector = Annotated[int, Field(strict=True, ge=1, le=6, description="sector of Bucharest")]

ADULT = 18


class Person(Model):
    """Age is `age`, or a range of `age_min` and `age_max` where nobody is sure. Unknown roles and flags are kept."""

    role: Code = PersonRole.SUBJECT
    name: ShortText | None = None
    age: Age | None = None
    age_min: Age | None = None
    age_max: Age | None = None
    sex: Sex | None = None
    flags: tuple[Code, ...] = Field(default=(), max_length=20, fail_fast=True)
    sector_of_domicile: Sector | None = None
    consent: Consent | None = None

    @property
    def youngest(self) -> int | None:
        """The lowest age this person may have."""
        known = [a for a in (self.age, self.age_min, self.age_max) if a is not None]
        return min(known, default=None)

    @property
    def is_child(self) -> bool:
        """Under 18; 17 or 18 in doubt is a child (Law 272/2004). An unknown age is no child's."""
        return self.youngest is not None and self.youngest < ADULT


class Location(Model):
    address: ShortText | None = None
    sector: Sector | None = None
    found_in: Sector | None = None
    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)] | None = None
    note: ShortText | None = None

    @property
    def present_sector(self) -> int | None:
        """Where the person is: found there, else the sector of the address."""
        return self.found_in or self.sector


class Aggressor(Model):
    relation: ShortText | None = None
    description: Annotated[str, StringConstraints(max_length=2_000), Storable] | None = None


class ExternalRef(Model):
    """A number in another register: a police file, a letter, another city's ticket."""

    registry: ShortText
    number: ShortText


class Situation(Model):
    """`need` is a key of the protocol or null for not known. A word that the protocol does not know refuses nothing:
    it makes the case wait for a person."""

    need: Code | None = None
    narrative: LongText = ""
    harm: tuple[Harm, ...] = Field(default=(), max_length=50, fail_fast=True)
    occurred_at: Instant | None = None
    location: Location = Location()
    people: tuple[Person, ...] = Field(default=(), max_length=50, fail_fast=True)
    risk_factors: tuple[Code, ...] = Field(default=(), max_length=50, fail_fast=True)
    risk_unknown: tuple[Code, ...] = Field(default=(), max_length=50, fail_fast=True)
    aggressor: Aggressor | None = None
    external_ref: ExternalRef | None = None

    @property
    def subject(self) -> Person | None:
        """The person the help is for: the first of role subject, else the first child, else the first named."""
        by_role = {person.role: person for person in reversed(self.people)}
        first = self.people[0] if self.people else None
        return by_role.get(PersonRole.SUBJECT) or by_role.get(PersonRole.CHILD) or first


class Reporter(Model):
    """Who speaks. It never leaves the service that took it: only the relation and a keyed hash do."""

    anonymous: Flag = False
    relation: Code = ReporterRelation.UNKNOWN
    name: ShortText | None = None
    phone: ShortText | None = None
    email: ShortText | None = None
