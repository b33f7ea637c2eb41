"""One contact, one pseudonym."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pseudonym import pseudonym

KEY = b"k" * 32
MOBILE = pseudonym(KEY, "0722000001", None)


@pytest.mark.parametrize(
    "typed",
    [
        "0722 000 001",
        "0722-000-001",
        "0722.000.001",
        "722000001",
        "+40 722 000 001",
        "+40 (0)722 000 001",
        "0040722000001",
        "0040 (0) 722 000 001",
    ],
)
def test_a_number_has_one_pseudonym_however_it_is_typed(typed: str) -> None:
    assert pseudonym(KEY, typed, None) == MOBILE


def test_the_pseudonym_is_the_keyed_hash_of_the_international_number() -> None:
    assert pseudonym(KEY, "0722000001", None) == hmac.new(KEY, b"40722000001", hashlib.sha256).hexdigest()


def test_a_foreign_number_stays_foreign() -> None:
    assert pseudonym(KEY, "+373 722 00001", None) == pseudonym(KEY, "0037372200001", None) != MOBILE


def test_another_number_and_another_key_give_another_pseudonym() -> None:
    assert len({MOBILE, pseudonym(KEY, "0722000002", None), pseudonym(b"x" * 32, "0722000001", None)}) == 3


def test_the_number_goes_before_the_address() -> None:
    assert pseudonym(KEY, "0722000001", "ana@example.ro") == MOBILE


@pytest.mark.parametrize("phone", [None, "", "nu are"])
def test_without_a_number_the_address_counts_in_either_case(phone: str | None) -> None:
    assert pseudonym(KEY, phone, " Ana@Example.ro ") == pseudonym(KEY, None, "ana@example.ro") != MOBILE


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_who_leaves_no_contact_has_no_pseudonym(nothing: str | None) -> None:
    assert pseudonym(KEY, nothing, nothing) is None


@given(st.text(), st.text())
def test_every_text_is_taken(phone: str, email: str) -> None:
    found = pseudonym(KEY, phone, email)
    assert found is None or len(found) == 64
