"""The lines, and when they were answered."""

from datetime import UTC, date, datetime

import pytest

from services.hotline.domain import LineEnded, UnknownLine, authority_of, line_answered
from services.hotline.lines import LINES
from shared.http import message
from tests.unit.hotline.building import NOW

LAST_MINUTE = datetime(2023, 12, 31, 21, 59, tzinfo=UTC)
MIDNIGHT = datetime(2023, 12, 31, 22, tzinfo=UTC)
"""In Bucharest, two hours ahead."""


def test_every_line_has_a_name_in_both_languages() -> None:
    assert {tuple(line.name) for line in LINES.values()} == {("ro", "en")}


def test_a_line_is_answered() -> None:
    assert line_answered(LINES, "child-119", NOW).number == "119"


def test_a_line_is_answered_to_the_end_of_its_last_day() -> None:
    assert line_answered(LINES, "child-s6", LAST_MINUTE).until == date(2023, 12, 31)
    with pytest.raises(LineEnded) as ended:
        line_answered(LINES, "child-s6", MIDNIGHT)
    assert "2023-12-31" in message(ended.value)


def test_an_unknown_line_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UnknownLine) as unknown:
        line_answered(LINES, "child-s9", NOW)
    assert all(line in message(unknown.value) for line in ("child-s9", *LINES))


@pytest.mark.parametrize(
    ("sector", "line", "authority"),
    [
        (6, "emergency-s2", "S6"),
        (2, "child-119", "S2"),
        (None, "emergency-s2", "S2"),
        (3, "emergency-s2", "S2"),
        (None, "child-119", None),
    ],
)
def test_a_call_belongs_where_the_person_is_else_to_its_line(
    sector: int | None, line: str, authority: str | None
) -> None:
    assert authority_of(sector, LINES[line]) == authority
