"""The catalogue keeps up with the code: each mutant still applies, and its test is there."""

import ast

import pytest

from tests.mutants.mutant import ROOT, Mutant, mutants


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_it_applies_to_the_code_as_it_is(mutant: Mutant) -> None:
    source = (ROOT / mutant.file).read_text()
    broken = mutant.applied(source)
    assert broken != source
    if mutant.file.endswith(".py"):
        ast.parse(broken)


@pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.name)
def test_its_test_is_there(mutant: Mutant) -> None:
    file, _, name = mutant.test.partition("::")
    functions = [node.name for node in ast.walk(ast.parse((ROOT / file).read_text())) if hasattr(node, "name")]
    assert name in functions


def test_no_name_is_given_twice() -> None:
    names = [mutant.name for mutant in mutants()]
    assert len(names) == len(set(names))
