"""What every event model shares."""

import re
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)


def _without_nul(text: str) -> str:
    """PostgreSQL stores every character but this one."""
    if "\0" in text:
        raise ValueError("caracterul NUL nu este permis / the NUL character is not allowed")
    return text


def _as_written(value: object) -> object:
    """A number could be seconds, milliseconds or a mistake."""
    if isinstance(value, str | int | float) and not re.match(r"\d{4}-", str(value)):
        raise ValueError("se scrie ca 2026-01-15T21:42:00+02:00 / is written as 2026-01-15T21:42:00+02:00 (RFC 3339)")
    return value


# Within these years an instant can be shown in every zone.
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    BeforeValidator(_as_written),
]
Storable = AfterValidator(_without_nul)
Flag = Annotated[bool, Strict()]
"""Of what people send: true or false, never a word or a number that might mean it."""
ShortText = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), Storable]
LongText = Annotated[str, StringConstraints(max_length=20_000), Storable]


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
