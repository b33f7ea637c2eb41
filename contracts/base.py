"""What every event model shares."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


def _without_nul(text: str) -> str:
    """PostgreSQL stores every character but this one."""
    if "\0" in text:
        raise ValueError("caracterul NUL nu este permis / the NUL character is not allowed")
    return text


# Within these years an instant can be shown in every zone.
Instant = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
Storable = AfterValidator(_without_nul)
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
