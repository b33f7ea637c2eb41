"""What a caseworker sends."""

import pytest
from pydantic import ValidationError

from services.triage.api.bodies import ClosingExamples, DecisionBody, DecisionExamples


def test_a_row_may_stand_among_the_codes() -> None:
    body = DecisionBody.model_validate({"urgency": "U1", "service_codes": ["8790 SF-C", "S2-38"], "services": ["S6-6"]})
    assert body.choice().codes == ("8790 SF-C",)
    assert body.choice().services == ("S2-38", "S6-6")


def test_what_is_named_twice_is_asked_once() -> None:
    body = DecisionBody.model_validate({"urgency": "U1", "service_codes": ["S2-38", "S2-38"], "services": ["S2-38"]})
    assert body.choice().services == ("S2-38",)


@pytest.mark.parametrize("row", ["S2-7", "S2-B11", "S6-17", "S2-X4"])
def test_every_row_of_the_directory_can_be_named(row: str) -> None:
    assert DecisionBody.model_validate({"urgency": "U1", "service_codes": [row]}).choice().services == (row,)


@pytest.mark.parametrize("code", ["8790 CR-C-II", "8899 CPDH-I", "8899 CZ-F-I", "8730 CR-V-III"])
def test_every_code_of_the_nomenclature_can_be_named(code: str) -> None:
    assert DecisionBody.model_validate({"urgency": "U1", "service_codes": [code]}).choice().codes == (code,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"urgency": "U9"},
        {"service_codes": ["cămin"]},
        {"service_codes": ["٨٧٩٠ SF-C"]},
        {"services": ["8790 SF-C"]},
        {"services": ["S٢-7"]},
        {"state": "placed"},
    ],
)
def test_other_words_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        DecisionBody.model_validate({"urgency": "U1", "service_codes": []} | wrong)


def test_the_note_is_trimmed() -> None:
    body = DecisionBody.model_validate({"urgency": "U1", "service_codes": [], "note": " \n "})
    assert body.choice().note == ""


def test_the_examples_of_the_documentation_can_be_sent() -> None:
    for example in DecisionExamples.openapi_examples.values():
        assert DecisionBody.model_validate(example["value"]).choice()
    assert len(ClosingExamples.openapi_examples) == 2
