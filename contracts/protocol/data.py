"""The protocol's data: needs.yaml, urgency.yaml and labels.yaml, checked as they are read."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from contracts.base import Model
from contracts.situation import Code
from contracts.vocabulary import Response, Urgency

FOLDER = Path(__file__).parent


class Need(Model):
    """What answers one need; needs.yaml says what each field means. A hard exclusion (`never_…`) is kept for who
    matches."""

    group: Literal["child", "mother", "violence", "homeless", "elderly", "disability", "other"]
    usual: Urgency
    response: Response | None = None
    codes: tuple[str, ...]
    services: tuple[str, ...] = ()
    target: Code | None = None
    min_age: int | None = None
    max_age: int | None = None
    under_min_age: Code | None = None
    by_hand_codes: tuple[str, ...] = ()
    order_by_flag: dict[Code, tuple[str, ...]] = Field(default={})
    requires_flag: Code | None = None
    only_if_party: Literal["mother-and-children"] | None = None
    party: Literal["mother-and-children"] | None = None
    never_with: Code | None = None
    never_codes: tuple[str, ...] = ()
    raised_by_factors: Literal["none"] | None = Field(default=None, alias="raise")
    evaluation: Literal["after"] | None = None
    requires: Code | None = None
    family_search: Literal["parallel"] | None = None
    confidential: bool = False
    legal: tuple[Code, ...] = ()
    external: tuple[Code, ...] = ()


class Label(Model):
    ro: str
    en: str


class Labels(Model):
    rules: dict[str, Label]
    needs: dict[Code, Label]
    factors: dict[Code, Label]


class Protocol(Model):
    """One version of the protocol. `floors`: urgency → the factors that ask for at least that urgency."""

    version: str
    unknown_need: Urgency
    unknown_need_with_child: Urgency
    floors: dict[Urgency, tuple[Code, ...]]
    raises: tuple[Code, ...]
    implied_by: dict[Code, tuple[Code, ...]]
    needs: dict[Code, Need]
    public_status_neutral: frozenset[Code]
    labels: Labels

    @cached_property
    def floor_of(self) -> dict[str, Urgency]:
        """Each floor factor with the urgency it asks for."""
        return {factor: level for level, factors in self.floors.items() for factor in factors}

    def words(self) -> Iterator[str]:
        """Every risk factor that the protocol knows."""
        yield from self.floor_of
        yield from self.raises


def load(folder: Path = FOLDER) -> Protocol:
    """The protocol in `folder`; raises pydantic's ValidationError where its data is wrong."""
    needs, urgency, labels = (
        yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("needs", "urgency", "labels")
    )
    return Protocol.model_validate(urgency | needs | {"labels": labels})
