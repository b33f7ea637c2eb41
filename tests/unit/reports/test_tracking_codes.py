"""The code that a reporter keeps."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain import CODES, SYMBOLS, ReportNotFound, read_tracking_code, tracking_code

FORM = re.compile(r"([34679CDFGHJKMNPQRTVX]{5}-){2}[34679CDFGHJKMNPQRTVX]{5}")
numbers = st.integers(0, CODES - 1)


@st.composite
def typed(draw: st.DrawFn, code: str) -> str:
    """As people type: either case, anything or nothing between the symbols."""
    between = st.sampled_from(["", "", "-", " ", ".", "_", "–", "\u00a0"])
    return "".join(draw(between) + draw(st.sampled_from([symbol, symbol.lower()])) for symbol in code.replace("-", ""))


def test_there_are_too_many_codes_to_guess_one() -> None:
    assert CODES >= 2**64


def test_no_symbol_is_read_as_another_and_none_makes_words() -> None:
    assert not set(SYMBOLS) & set("0O 1IL 2Z 5S 8B UY AE")
    assert len(set(SYMBOLS)) == len(SYMBOLS)


@given(numbers)
def test_a_code_is_three_groups_of_five(number: int) -> None:
    assert FORM.fullmatch(tracking_code(number))


@given(numbers, numbers)
def test_one_number_has_one_code(one: int, other: int) -> None:
    assert (tracking_code(one) == tracking_code(other)) == (one == other)


@given(st.data(), numbers)
def test_a_code_is_read_in_whatever_form_it_is_typed(data: st.DataObject, number: int) -> None:
    code = tracking_code(number)
    assert read_tracking_code(data.draw(typed(code))) == code


@given(st.text())
def test_what_can_be_no_code_is_not_found(text: str) -> None:
    try:
        assert FORM.fullmatch(read_tracking_code(text))
    except ReportNotFound:
        assert not FORM.fullmatch(text)


@pytest.mark.parametrize("text", ["", "K7M4C-9HXTD-3PRV", "K7M4C-9HXTD-3PRVGG", "K7M4C-9HXTD-3PRVO", "' OR true --"])
def test_a_slip_of_the_pen_is_not_found(text: str) -> None:
    with pytest.raises(ReportNotFound):
        read_tracking_code(text)
