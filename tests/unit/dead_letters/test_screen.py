"""What others wrote cannot touch the terminal, and is still seen."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from deploy.dead_letters.screen import Screen, plain, readable


@given(st.text())
def test_whatever_is_printed_is_printable(text: str) -> None:
    assert plain(text).isprintable()


@given(st.binary())
def test_bytes_can_be_read_whatever_they_are(raw: bytes) -> None:
    assert plain(readable(raw)).isprintable()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Șoseaua Ștefan cel Mare nr. 3", "Șoseaua Ștefan cel Mare nr. 3"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\ud800", r"\ud800"),
        ("\x9b31m", r"\x9b31m"),
    ],
)
def test_what_would_move_or_hide_is_shown_as_it_is_spelt(written: str, seen: str) -> None:
    assert plain(written) == seen


def test_markup_of_the_library_is_text_too() -> None:
    screen = Screen(Console(file=io.StringIO(), force_terminal=True, color_system="truecolor"))
    screen.says("[red]x[/red] [link=http://example.org]y[/link]")
    assert isinstance(screen._console.file, io.StringIO)
    assert screen._console.file.getvalue() == "[red]x[/red] [link=http://example.org]y[/link]\n"
