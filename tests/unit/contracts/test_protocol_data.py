"""The protocol's data are whole: what a person changes by hand is checked here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from contracts.protocol import PROTOCOL
from contracts.protocol.data import FOLDER, Need, Protocol, load
from contracts.vocabulary import Urgency

NOT_READ_YET = {
    "group",
    "party",
    "never_with",
    "never_codes",
    "confidential",
    "requires",
    "legal",
    "family_search",
}
RULES_OF_SERVICES = {
    "proposed-by-operator": {"level"},
    "decided-by-person": {"level"},
    "consent-not-given": {"consent"},
}
CODE = re.compile(r"\d{4} [A-Z]+(-[A-Z]+)+")
ROW = re.compile(r"S[1-6]-[A-Z]?\d+")
WORDS = set(PROTOCOL.needs) | PROTOCOL.factors

every_need = pytest.mark.parametrize("need", PROTOCOL.needs.values(), ids=PROTOCOL.needs.keys())


def said_rules() -> Iterator[tuple[str, set[str]]]:
    """Every rule that the evaluator says, with the values that it names."""
    for path in Path(FOLDER).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "say":
                yield ast.literal_eval(node.args[0]), {keyword.arg or "" for keyword in node.keywords}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize(("rule", "values"), [*said_rules(), *RULES_OF_SERVICES.items()])
def test_every_rule_has_templates_that_name_its_values_only(rule: str, values: set[str]) -> None:
    template = PROTOCOL.labels.rules[rule]
    assert placeholders(template.ro) <= values
    assert placeholders(template.ro) == placeholders(template.en)


def test_every_template_is_said_by_somebody() -> None:
    assert PROTOCOL.labels.rules.keys() == {rule for rule, _ in said_rules()} | RULES_OF_SERVICES.keys()


def test_every_need_and_every_factor_has_labels_in_both_languages() -> None:
    assert PROTOCOL.labels.needs.keys() == PROTOCOL.needs.keys()
    assert PROTOCOL.labels.factors.keys() == PROTOCOL.factors
    for label in (*PROTOCOL.labels.needs.values(), *PROTOCOL.labels.factors.values()):
        assert label.ro.strip()
        assert label.en.strip()


@every_need
def test_codes_and_rows_look_like_codes_and_rows(need: Need) -> None:
    codes = [*need.codes, *need.by_hand_codes, *(code for order in need.order_by_flag.values() for code in order)]
    assert [code for code in codes if not CODE.fullmatch(code)] == []
    assert [row for row in need.services if not ROW.fullmatch(row)] == []
    assert len(set(need.codes)) == len(need.codes)


@every_need
def test_an_order_by_flag_orders_the_same_codes(need: Need) -> None:
    for order in need.order_by_flag.values():
        assert sorted(order) == sorted(need.codes)


@every_need
def test_the_need_of_younger_people_exists_and_has_a_limit_to_be_younger_than(need: Need) -> None:
    if need.under_min_age:
        assert need.under_min_age in PROTOCOL.needs
        assert need.min_age


def test_no_need_starts_at_u0() -> None:
    assert all(need.usual > Urgency.U0 for need in PROTOCOL.needs.values())


def test_needs_hold_no_key_that_nobody_knows() -> None:
    known = {field.alias or name for name, field in Need.model_fields.items()} | NOT_READ_YET
    needs: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "needs.yaml").read_text("utf-8"))["needs"]
    assert {key for need in needs.values() for key in need} == known


def test_every_word_of_the_arithmetic_exists() -> None:
    assert PROTOCOL.public_status_neutral <= PROTOCOL.needs.keys()
    assert PROTOCOL.implied_by.keys() <= set(PROTOCOL.raises)
    for implying in PROTOCOL.implied_by.values():
        assert implying <= WORDS


def test_a_factor_has_one_floor_or_raises() -> None:
    named = [*(factor for factors in PROTOCOL.floors.values() for factor in factors), *PROTOCOL.raises]
    assert len(named) == len(set(named)) == len(PROTOCOL.factors)


def test_texts_use_the_letters_with_a_comma_below() -> None:
    contracts = FOLDER.parent
    for path in contracts.rglob("*"):
        if path.suffix in {".py", ".yaml", ".json", ".md"}:
            assert not re.search("[\u015e\u015f\u0162\u0163]", path.read_text("utf-8")), path.name


def test_wrong_data_are_refused_when_read(tmp_path: Path) -> None:
    for name in ("needs", "urgency", "labels"):
        text = (FOLDER / f"{name}.yaml").read_text("utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace("usual: U4", "usual: U9"), "utf-8")
    with pytest.raises(ValidationError):
        load(tmp_path)


def test_what_is_read_is_what_is_used() -> None:
    assert isinstance(load(), Protocol)
    assert load() == PROTOCOL
