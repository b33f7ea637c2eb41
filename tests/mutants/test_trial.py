"""A trial tells what was noticed from what was not, and from what broke otherwise."""

from dataclasses import replace

import pytest

from tests.mutants.mutant import ROOT, DoesNotApply, Mutant
from tests.mutants.trial import Copy

LATE = Mutant(
    name="late tokens",
    says="a token that has ended is borne for hours",
    file="shared/auth.py",
    old="LEEWAY_SECONDS = 30",
    new="LEEWAY_SECONDS = 30_000",
    test="tests/unit/shared/test_auth.py::test_a_token_that_is_not_valid_opens_nothing",
    fails="assert (answer.status_code, answer.headers.get(",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy.make(tmp_path_factory.mktemp("copy") / "punte", {})


async def test_the_named_assertion_is_noticed_and_the_copy_mended(copy: Copy) -> None:
    assert (await copy.judge(LATE)).noticed
    assert (copy.folder / LATE.file).read_text() == (ROOT / LATE.file).read_text()


async def test_a_test_that_passes_notices_nothing(copy: Copy) -> None:
    verdict = await copy.judge(replace(LATE, new="LEEWAY_SECONDS = 31 - 1"))
    assert (verdict.noticed, verdict.why) == (False, "its test passes all the same")


async def test_another_failure_is_not_the_named_one(copy: Copy) -> None:
    verdict = await copy.judge(replace(LATE, new="LEEWAY_SECONDS = 1 / 0"))
    assert not verdict.noticed
    assert "ZeroDivisionError" in verdict.why


def test_what_is_not_there_just_once_does_not_apply(copy: Copy) -> None:
    with pytest.raises(DoesNotApply, match="2 times"):
        replace(LATE, old="one").applied("one\none\n")


def test_a_change_of_several_lines_keeps_their_indentation() -> None:
    mutant = replace(LATE, old="if a:\n    b\n", new="c\nd\n")
    assert mutant.applied("def f():\n    if a:\n        b\n    e\n") == "def f():\n    c\n    d\n    e\n"


def test_a_part_of_a_line_may_change(copy: Copy) -> None:
    assert replace(LATE, old="b", new="x").applied("  a(b)\n") == "  a(x)\n"
