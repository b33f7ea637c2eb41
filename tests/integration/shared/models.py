"""Events of a world without any domain."""

from typing import ClassVar

from pydantic import BaseModel


class Counted(BaseModel):
    ce_type: ClassVar[str] = "test.lab.Counted.v1"
    topic: ClassVar[str] = "lab.count"

    number: int
    note: str = ""


class Doubled(BaseModel):
    ce_type: ClassVar[str] = "test.lab.Doubled.v1"
    topic: ClassVar[str] = "lab.double"

    number: int


class Renamed(BaseModel):
    """Nobody listens to it."""

    ce_type: ClassVar[str] = "test.lab.Renamed.v1"
    topic: ClassVar[str] = "lab.count"

    name: str
