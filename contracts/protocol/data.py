"""The protocol's data: needs.yaml, urgency.yaml and labels.yaml, checked as they are read."""

from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from contracts.base import Model, Sentence
from contracts.situation import Code
from contracts.vocabulary import Response, Urgency

FOLDER = Path(__file__).parent


class Need(Model, extra="ignore"):
    """What answers one need; needs.yaml says what each field means, and holds some that nothing reads yet."""

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
    raised_by_factors: Literal["none"] | None = Field(default=None, alias="raise")
    evaluation: Literal["after"] | None = None
    external: tuple[Code, ...] = ()


class Label(Model):
    """A text, or the template of one, in both languages."""

    ro: str
    en: str


class Labels(Model):
    """What people read of rules, and of the words that their sentences name."""

    rules: dict[str, Label]
    consents: dict[Code, Label]
    needs: dict[Code, Label]
    factors: dict[Code, Label]

    def say(self, rule: str, **values: str | int) -> Sentence:
        """The sentence of a rule that compared these values. Raises KeyError for a rule without a template."""
        words = {name: self._word(name, value) for name, value in values.items()}
        template = self.rules[rule]
        return Sentence(
            rule=rule,
            values=dict(values),
            ro=template.ro.format_map({name: word.ro for name, word in words.items()}),
            en=template.en.format_map({name: word.en for name, word in words.items()}),
        )

    def _word(self, name: str, value: str | int) -> Label:
        known = {"consent": self.consents, "need": self.needs, "factor": self.factors}.get(name, {})
        return known.get(str(value)) or Label(ro=str(value), en=str(value))


class Protocol(Model):
    """One version of the protocol. `floors`: urgency → the factors that ask for at least that urgency."""

    version: str
    unknown_need: Urgency
    unknown_need_with_child: Urgency
    floors: dict[Urgency, tuple[Code, ...]]
    raises: tuple[Code, ...]
    implied_by: dict[Code, frozenset[Code]]
    needs: dict[Code, Need]
    public_status_neutral: frozenset[Code]
    labels: Labels

    @cached_property
    def floor_of(self) -> dict[str, Urgency]:
        """Each floor factor with the urgency it asks for."""
        return {factor: level for level, factors in self.floors.items() for factor in factors}

    @cached_property
    def factors(self) -> frozenset[str]:
        """Every risk factor that the protocol knows."""
        return frozenset(self.floor_of).union(self.raises)


def load(folder: Path = FOLDER) -> Protocol:
    """The protocol in `folder`; raises pydantic's ValidationError where its data is wrong."""
    needs, urgency, labels = (
        yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("needs", "urgency", "labels")
    )
    return Protocol.model_validate(urgency | needs | {"labels": labels})
