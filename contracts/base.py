"""What every event model shares."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Instant = AwareDatetime
ShortText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]


class Model(BaseModel):
    """Immutable. Unknown fields are refused at the HTTP door; who reads events parses with `extra="ignore"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Event(Model):
    """A fact in the past tense with the whole public state of its aggregate."""

    ce_type: ClassVar[str]
    topic: ClassVar[str]


class Actor(Model):
    """Who did it: the subject of the token, the name to show, the role it was done in."""

    subject: ShortText
    name: ShortText
    role: ShortText


class Sentence(Model):
    """A rule that fired, with the values it compared and a sentence for people."""

    rule: str
    values: dict[str, str | int | list[str]] = {}
    ro: str
    en: str
