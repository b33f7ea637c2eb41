"""Cursors are opaque, and nobody can break a list with one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http import Problem
from shared.paging import Page, from_cursor, to_cursor

parts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def cursor_of(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@given(st.lists(parts, min_size=1, max_size=4))
def test_a_position_survives_its_cursor(position: list[str]) -> None:
    assert from_cursor(to_cursor(*position), len(position)) == tuple(position)


@given(st.text())
def test_any_other_text_is_a_bad_request(cursor: str) -> None:
    with pytest.raises(Problem) as caught:
        from_cursor(cursor, 2)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "content", [[], ["a"], ["a", "b", "c"], ["a", 1], ["a", None], ["a", "\0"], {"a": "b", "c": "d"}, "ab", 12, None]
)
def test_a_cursor_of_another_list_is_a_bad_request(content: object) -> None:
    with pytest.raises(Problem) as caught:
        from_cursor(cursor_of(content), 2)
    assert caught.value.status == 400


def test_a_cursor_nested_without_end_is_a_bad_request() -> None:
    with pytest.raises(Problem):
        from_cursor(base64.urlsafe_b64encode(b"[" * 100_000).decode(), 2)


def test_the_last_page_has_no_next() -> None:
    assert Page[int](items=[1]).model_dump() == {"items": [1], "next": None}
