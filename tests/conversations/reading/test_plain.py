"""Making text plain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.plain import LONGEST, composed, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("bought\u00a010\u00a0AAPL", "bought 10 AAPL"),
        ("1\u202f240,00 $", "1240,00 $"),
        ("１０ ＠ １８５．２０", "10 @ 185.20"),
        ("−5 TSLA – 241", "-5 TSLA - 241"),
        ("“it’s”", '"it\'s"'),
        ("👍 bought 🚀🚀", "bought"),
        ("2½ shares, ¼ share", "2.5 shares, 0.25 share"),
        ("٣ shares", "3 shares"),
        ("a\x00b\ud800c\x01", "a b?c"),
        ("  a \t b \r\n\r\n c ", "a b\nc"),
        ("US$5", "$5"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_one_kind_of_everything(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text(st.characters(), max_size=200))
def test_never_raises_and_changes_nothing_twice(text: str) -> None:
    plain = plain_text(text)
    assert plain_text(plain) == plain
    assert not any(ord(character) < 32 and character != "\n" for character in plain)


def test_a_megabyte_is_cut() -> None:
    assert len(plain_text("x" * 1_000_000)) == LONGEST


def test_a_row_of_marks_is_cut() -> None:
    """Thousands of them in a row would be sorted in quadratic time."""
    assert composed("e\u0301" * 50) == "é" * 50
    assert composed("x" + "\u0301\u0316" * 4_000 + "y") == "x" + "\u0316" * 15 + "\u0301" * 15 + "y"
