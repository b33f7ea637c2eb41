"""The comparer lets optional fields in, and notices every other change."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, create_model

from contracts.compatibility import breaks
from contracts.documents import json_schema


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(BaseModel):
    name: Annotated[str, Field(max_length=10)]
    note: str = ""


class Thing(BaseModel):
    title: str
    colour: Colour
    size: int | None
    parts: tuple[Part, ...]
    note: str | None = None


def changed(**fields: object) -> type[BaseModel]:
    """Thing, with these fields added or put in place of its own; None removes one."""
    own = {name: (field.annotation, field) for name, field in Thing.model_fields.items()}
    new = {name: field for name, field in (own | fields).items() if field is not None}
    return create_model("Thing", **new)  # type: ignore[call-overload, no-any-return]


def enum(*words: str) -> type[StrEnum]:
    return StrEnum("Colour", {word.upper(): word for word in words})  # type: ignore[return-value]


def part(**fields: object) -> object:
    own: dict[str, object] = {"name": (Annotated[str, Field(max_length=10)], ...), "note": (str, "")}
    new = {name: field for name, field in (own | fields).items() if field is not None}
    return (tuple[create_model("Part", **new), ...], ...)  # type: ignore[call-overload, misc]


def found(model: type[BaseModel]) -> list[str]:
    return breaks(json_schema(Thing), json_schema(model))


BREAKS: dict[str, tuple[Callable[[], type[BaseModel]], str]] = {
    "field removed": (lambda: changed(colour=None), "event.colour: removed"),
    "optional field removed": (lambda: changed(note=None), "event.note: removed"),
    "required field added": (lambda: changed(weight=(int, ...)), "event.weight: now required"),
    "optional became required": (lambda: changed(note=(str | None, ...)), "event.note: now required"),
    "required became optional": (lambda: changed(title=(str, "")), "event.title: no longer required"),
    "type changed": (lambda: changed(title=(int, ...)), "event.title type: string became integer"),
    "null no longer allowed": (lambda: changed(size=(int, ...)), "event.size anyOf: "),
    "null newly allowed": (lambda: changed(title=(str | None, ...)), "event.title anyOf: "),
    "enum narrowed": (lambda: changed(colour=(enum("red"), ...)), "event.colour enum: "),
    "enum widened": (lambda: changed(colour=(enum("red", "blue", "green"), ...)), "event.colour enum: "),
    "limit added": (
        lambda: changed(title=(Annotated[str, Field(max_length=9)], ...)),
        "event.title maxLength: None became 9",
    ),
    "limit narrowed": (
        lambda: changed(parts=part(name=(Annotated[str, Field(max_length=5)], ...))),
        "event.parts items.name maxLength: 10 became 5",
    ),
    "nested field removed": (lambda: changed(parts=part(note=None)), "event.parts items.note: removed"),
    "nested field required": (lambda: changed(parts=part(id=(int, ...))), "event.parts items.id: now required"),
    "array became object": (lambda: changed(parts=(Part, ...)), "event.parts "),
}


@pytest.mark.parametrize(("model", "what"), BREAKS.values(), ids=BREAKS.keys())
def test_a_break_is_noticed_and_named(model: Callable[[], type[BaseModel]], what: str) -> None:
    assert [line for line in found(model()) if line.startswith(what)]


@pytest.mark.parametrize(
    "model",
    [
        Thing,
        changed(weight=(int, 0)),
        changed(weight=(int | None, None), tags=(tuple[str, ...], ())),
        changed(parts=part(weight=(int, 0))),
        changed(title=(Annotated[str, Field(description="what it is called")], ...)),
        changed(note=(str | None, "nothing to say")),
    ],
    ids=["nothing", "a field", "two fields", "a nested field", "a description", "another default"],
)
def test_an_optional_addition_or_a_note_breaks_nothing(model: type[BaseModel]) -> None:
    assert found(model) == []


def test_another_name_for_the_same_class_breaks_nothing() -> None:
    schema = json_schema(Thing)
    renamed = {
        **schema,
        "$defs": {f"New{name}": definition for name, definition in schema["$defs"].items()},
        "properties": {
            **schema["properties"],
            "colour": {"$ref": "#/$defs/NewColour"},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/NewPart"}},
        },
    }
    assert breaks(schema, renamed) == []


def test_a_field_may_be_called_like_a_keyword() -> None:
    assert "event.title: removed" in found(changed(title=None))
