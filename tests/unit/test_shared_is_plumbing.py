"""`shared` could carry any other trade's services, and its README tells what each module guarantees."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import shared

SHARED = Path(shared.__file__).parent
README = SHARED / "README.md"
TEXTS = [README, *SHARED.rglob("*.py"), *SHARED.rglob("*.sql")]
MODULES = [path for path in SHARED.iterdir() if path.suffix == ".py" or path.name in {"consumer", "sql"}]

NOUNS = """
    abuse admission adult bed caregiver caseworker center centre capacity child children citizen discharge guardian
    hotline minor narrative neglect occupancy offer placement referral reporter shelter stay tracking triage urgency
    victim violence waitlist authority authorities
"""
FORBIDDEN = {form for noun in NOUNS.split() for form in (noun, f"{noun}s")}

# A token's claims are called as the issuer calls them.
CLAIMS = {"auth.py": {"centers", "authorities"}}


def words(text: str) -> Iterator[str]:
    """In lower case, those of snake_case and CamelCase one by one."""
    return (word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(SHARED)))
def test_no_word_of_social_care_is_in(file: Path) -> None:
    found = FORBIDDEN.intersection(words(file.read_text("utf-8")))
    assert found <= CLAIMS.get(file.name, set())


def test_words_are_found_inside_names() -> None:
    assert list(words("openPlacement for_child HTTPTriage")) == ["open", "placement", "for", "child", "http", "triage"]


@pytest.mark.parametrize("module", sorted(path.name for path in MODULES if path.name != "__init__.py"))
def test_the_readme_says_what_a_module_guarantees(module: str) -> None:
    name = module if module.endswith(".py") else f"{module}/"
    assert re.search(rf"^\| `{re.escape(name)}` \| .{{10,}} \|$", README.read_text("utf-8"), re.MULTILINE)


def test_the_readme_tells_of_no_module_that_is_gone() -> None:
    told = re.findall(r"^\| `([^`]+)` \|", README.read_text("utf-8"), re.MULTILINE)
    assert all((SHARED / name).exists() for name in told)


def test_the_readme_names_every_metric() -> None:
    declared = set(re.findall(r'"(punte_\w+)"', (SHARED / "telemetry.py").read_text("utf-8")))
    assert declared == set(re.findall(r"\bpunte_\w+", README.read_text("utf-8")))
