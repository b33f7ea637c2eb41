"""Reads forbidden.yaml. Knows what its words mean, and nothing of the rules that the table watches over."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from services.capacity.domain.request import Request

Holds = Callable[[Request], bool]

WORDS: dict[str, Callable[[Request], object]] = {
    "need": lambda request: request.need,
    "sex": lambda request: request.party[0].sex,
    "act": lambda request: request.legal_act,
    "evaluation": lambda request: request.evaluation,
    "consent": lambda request: request.consent,
    "urgency": lambda request: request.urgency,
    "asks_for_codes": lambda request: bool(request.codes),
}


@dataclass(frozen=True)
class Forbidden:
    """One entry: its `rows` to those for whom `forbids` holds."""

    source: str
    rows: frozenset[str]
    forbids: Holds
    there: bool
    not_yet: str | None


def read(rows: frozenset[str]) -> list[Forbidden]:
    entries = yaml.safe_load(Path(__file__).with_name("forbidden.yaml").read_text("utf-8"))
    return [_entry(rows, **entry) for entry in entries]


def _entry(
    every: frozenset[str],
    *,
    source: str,
    rows: list[str] | None = None,
    all_but: list[str] | None = None,
    never: Mapping[str, Any] | None = None,
    only: Mapping[str, Any] | None = None,
    unless: Mapping[str, Any] | None = None,
    there: bool = True,
    not_yet: str | None = None,
) -> Forbidden:
    assert (rows is None) != (all_but is None), source
    assert (never is None) != (only is None), source
    named = frozenset(rows or all_but or ())
    assert named <= every, f"{source}: {sorted(named - every)} are no rows"
    holds = _all_of(never) if never is not None else _not(_all_of(only or {}))
    forbids = _but(holds, _all_of(unless)) if unless else holds
    return Forbidden(source, every - named if rows is None else named, forbids, there, not_yet)


def _all_of(words: Mapping[str, Any]) -> Holds:
    conditions = [_condition(word, said) for word, said in words.items()]
    return lambda request: all(holds(request) for holds in conditions)


def _condition(word: str, said: list[Any]) -> Holds:
    if word == "age":
        youngest, oldest = said
        return _within(lambda request: request.party[0].age, range(youngest, oldest + 1))
    if word == "flag":
        return lambda request: not set(said).isdisjoint(request.party[0].flags)
    return _within(WORDS[word], said)


def _within(value: Callable[[Request], object], said: Container[object]) -> Holds:
    return lambda request: value(request) in said


def _not(holds: Holds) -> Holds:
    return lambda request: not holds(request)


def _but(holds: Holds, exempt: Holds) -> Holds:
    return lambda request: holds(request) and not exempt(request)
