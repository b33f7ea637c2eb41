"""The protocol gives the answers that a duty social worker would expect."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.protocol import PROTOCOL, Assessment, assess
from contracts.situation import Situation

VIGNETTES = yaml.safe_load(Path(__file__).with_name("vignettes.yaml").read_text("utf-8"))

Vignette = dict[str, Any]


def answer(vignette: Vignette) -> Assessment:
    return assess(PROTOCOL, Situation.model_validate(vignette["situation"]), vignette["relation"])


def expecting(key: str) -> pytest.MarkDecorator:
    chosen = [vignette for vignette in VIGNETTES if key in vignette["expect"]]
    return pytest.mark.parametrize("vignette", chosen, ids=[vignette["id"] for vignette in chosen])


@expecting("urgency")
def test_the_urgency_is_within_the_expected(vignette: Vignette) -> None:
    most, least = vignette["expect"]["urgency"]
    assert most <= answer(vignette).urgency <= least


@expecting("urgency")
def test_the_expected_response_goes_first(vignette: Vignette) -> None:
    assert answer(vignette).response == vignette["expect"].get("response")


@expecting("urgency")
def test_the_first_code_is_an_expected_one(vignette: Vignette) -> None:
    first = next(iter(answer(vignette).codes), None)
    assert first in vignette["expect"].get("code", [None])


@expecting("automatic")
def test_nobody_has_to_decide_first(vignette: Vignette) -> None:
    assert answer(vignette).doubts == ()


@expecting("doubt")
def test_the_reason_why_a_person_decides_is_named(vignette: Vignette) -> None:
    assert vignette["expect"]["doubt"] in [doubt.rule for doubt in answer(vignette).doubts]


@expecting("external")
def test_the_provider_to_telephone_is_named(vignette: Vignette) -> None:
    assert vignette["expect"]["external"] in answer(vignette).external


@expecting("neutral")
def test_outsiders_see_a_neutral_status(vignette: Vignette) -> None:
    assert answer(vignette).neutral
