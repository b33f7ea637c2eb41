"""demo.yaml as it is read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, field_validator

from contracts.base import Model
from contracts.situation import Situation
from deploy.demo.expectations import EXPECTATIONS

FILE = Path(__file__).with_name("demo.yaml")


class Source(Model):
    """A call has a line, a report a channel."""

    line: str | None = None
    call_type: str | None = None
    channel: str | None = None
    relation: str = "unknown"

    @property
    def way_in(self) -> str:
        return self.line or self.channel or ""


class Step(Model):
    """One action; `of` names the situation it is about where that is another one."""

    action: str
    of: str | None = None
    details: Mapping[str, Any] = {}


class Scene(Model):
    """One person's situation, what is done about it, and what a duty social worker would expect in the end."""

    id: str
    shows: str = Field(description="Romanian / English")
    source: Source
    situation: Situation | None
    steps: tuple[Step, ...]
    expect: Mapping[str, Any]

    @field_validator("steps", mode="before")
    @classmethod
    def _read_steps(cls, steps: list[str | dict[str, Any]]) -> list[Step]:
        return [read_step(step) for step in steps]

    @field_validator("expect")
    @classmethod
    def _known_expectations(cls, expect: Mapping[str, Any]) -> Mapping[str, Any]:
        if unknown := expect.keys() - EXPECTATIONS.keys():
            raise ValueError(f"nobody checks {sorted(unknown)}")
        return expect


class Script(Model):
    """`free`: how many places each unit of a row has left at the opening; of the other rows, `free_elsewhere`."""

    free: Mapping[str, int]
    free_elsewhere: int
    scenes: tuple[Scene, ...]


def read_step(step: str | Mapping[str, Any]) -> Step:
    """`accept`, or `decline: {reason: …}`."""
    if isinstance(step, str):
        return Step(action=step)
    ((action, details),) = step.items()
    details = dict(details)
    return Step(action=action, of=details.pop("of", None), details=details)


def load(file: Path = FILE) -> Script:
    return Script.model_validate(yaml.safe_load(file.read_text("utf-8")))
