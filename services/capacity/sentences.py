"""Sentences for people, made from stored codes and values when an explanation is read."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from services.capacity.domain.matching import Check

Text = dict[str, str]


class Templates(BaseModel):
    """`checks`: rule → ok or failed → language; a rule without a sentence for ok says nothing then."""

    checks: dict[str, dict[str, Text]]
    verdicts: dict[str, Text]
    words: dict[str, Text]
    unknown: Text


TEMPLATES = Templates.model_validate(
    yaml.safe_load((Path(__file__).parent / "data" / "sentences.yaml").read_text("utf-8"))
)


def of_check(check: dict[str, Any]) -> Text:
    """A stored check as a sentence in each language."""
    template = TEMPLATES.checks[check["rule"]]["ok" if check["ok"] else "failed"]
    return {
        language: text.format(wanted=_words(check["wanted"], language), found=_words(check["found"], language))
        for language, text in template.items()
    }


def of_hindrance(check: Check) -> Text:
    """A failed check that was just made."""
    return {"rule": check.rule, **of_check(to_jsonable_python(check))}


def of_verdict(verdict: str, rank: int | None) -> Text:
    return {language: text.format(rank=rank) for language, text in TEMPLATES.verdicts[verdict].items()}


def _words(value: Any, language: str) -> str:
    if value is None:
        return TEMPLATES.unknown[language]
    if isinstance(value, list):
        return ", ".join(_words(each, language) for each in value)
    word = TEMPLATES.words.get(str(value))
    return word[language] if word else str(value)
