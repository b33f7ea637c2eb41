from dataclasses import asdict
from string import Formatter
from typing import Any

from pydantic_core import to_jsonable_python

from services.capacity import sentences
from services.capacity.domain.explanation import Verdict
from services.capacity.domain.matching import FREE_PLACE, History
from services.capacity.domain.matching.rules import checks
from tests.unit.capacity.world import World, a_man, a_request, a_service


def every_text() -> list[dict[str, str]]:
    templates = sentences.TEMPLATES
    checks = [text for states in templates.checks.values() for text in states.values()]
    return [*checks, *templates.verdicts.values(), *templates.words.values(), templates.unknown]


def test_every_text_is_in_romanian_and_in_english() -> None:
    assert all(set(text) == {"ro", "en"} and all(text.values()) for text in every_text())


def test_romanian_letters_have_a_comma_below() -> None:
    assert not set("".join(text["ro"] for text in every_text())) & set("\u015f\u0163\u015e\u0162")


def test_templates_name_compared_values_only() -> None:
    named = {
        name for text in every_text() for each in text.values() for _, name, _, _ in Formatter().parse(each) if name
    }
    assert named == {"wanted", "found", "rank"}


def test_every_rule_that_may_fail_and_every_verdict_has_a_sentence() -> None:
    service, request = a_service("S2-1", requires="protection-measure"), a_request()
    rules = {check.rule for check in checks(service, request)} | {"evaluation", "family-by-hand", FREE_PLACE}
    rules |= {check.rule for check in History().checks(service)}
    assert rules == set(sentences.TEMPLATES.checks)
    assert all("failed" in sentences.TEMPLATES.checks[rule] for rule in rules)
    assert set(Verdict) == set(sentences.TEMPLATES.verdicts)


def stored(request: Any, **service: Any) -> dict[str, dict[str, Any]]:
    """The checks of one search as they come back from the database, by rule."""
    explanation = World(a_service("S2-1", **service)).ask(request).searches[-1].explanation
    checks = to_jsonable_python(asdict(explanation))["services"][0]["checks"]
    return {check["rule"]: check for check in checks}


def test_a_check_is_said_with_its_compared_values() -> None:
    checks = stored(a_request(person=a_man(age=None, age_min=45, age_max=55)), min_age=60)
    assert sentences.of_check(checks["age"]) == {
        "ro": "Vârsta 45–55 nu se încadrează în 60+.",
        "en": "The age 45–55 does not lie within 60+.",
    }


def test_words_stand_for_codes_and_what_is_not_known_is_said_so() -> None:
    checks = stored(a_request(legal_act=None), requires="protection-measure", only_target="creche")
    assert "dispoziția directorului, ordonanța instanței" in sentences.of_check(checks["protection-measure"])["ro"]
    assert "nu se știe" in sentences.of_check(checks["protection-measure"])["ro"]
    assert (
        sentences.of_check(checks["only-target"])["ro"]
        == "Primește numai: creșă; se caută pentru: adulți fără adăpost."
    )
