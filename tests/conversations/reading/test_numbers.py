"""Numbers in digits and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.numbers import decimal_mark, read_number, write_digits


@pytest.mark.parametrize(
    ("said", "value", "others"),
    [
        ("10", "10", ()),
        ("1,852.00", "1852", ()),
        ("1.852,00", "1852", ()),
        ("185,20", "185.2", ()),
        ("1,852", "1852", ("1.852",)),
        ("1.852", "1.852", ("1852",)),
        ("0.125", "0.125", ()),
        ("1'240.00", "1240", ()),
        ("1,000,000", "1000000", ()),
        (".5", "0.5", ()),
        ("1.5k", "1500", ()),
        ("2K", "2000", ()),
        ("3 million", "3000000", ()),
    ],
)
def test_digits(said: str, value: str, others: tuple[str, ...]) -> None:
    number = read_number(said)
    assert number.value == Decimal(value)
    assert number.others == tuple(map(Decimal, others))


@pytest.mark.parametrize("said", ["", "x", "10x", "1..2", "--", "1 2"])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        read_number(said)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_both_ways_of_writing_the_same_sum(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english).value == value
    assert read_number(german).value == value


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ten apple shares at one hundred eighty five point two", "10 apple shares at 185.2"),
        ("two hundred forty-one", "241"),
        ("a dozen KO", "12 KO"),
        ("half a dozen KO", "6 KO"),
        ("two dozen KO", "24 KO"),
        ("a hundred shares", "100 shares"),
        ("a share of MSFT", "1 share of MSFT"),
        ("411.40 a share", "411.40 a share"),
        ("half a share", "0.5 shares"),
        ("two and a half shares", "2.5 shares"),
        ("eleven dollars and ten cents", "11.10 dollars"),
        ("1/2 share", "0.5 share"),
        ("1 000 T", "1000 T"),
        ("AAPL 10 185", "AAPL 10 185"),
        ("10AAPL and 5shares", "10 AAPL and 5 shares"),
        ("on the 5th at 3pm", "on the 5th at 3pm"),
        ("on the fifth", "on the 5th"),
        ("five and six", "5 and 6"),
        ("someone tenfold", "someone tenfold"),
    ],
)
def test_words(said: str, written: str) -> None:
    made = write_digits(said)
    assert made.text == written
    assert made.unclear == ()


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("one eighty five", "185 1.85"),
        ("twenty ten", "2010 20.10"),
        ("eleven oh five", "1105 11.05"),
    ],
)
def test_words_that_can_be_read_in_two_ways_say_so(said: str, values: str) -> None:
    assert write_digits(said).unclear == ((said, tuple(map(Decimal, values.split()))),)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("10 at 185.20", "."),
        ("10 at 185,20", ","),
        ("10 for 1.852,00", ","),
        ("1.852 for 3,141", None),
        ("10 at 185", None),
        ("1.5 at 2,5", None),
    ],
)
def test_the_decimal_mark_that_a_text_shows(text: str, mark: str | None) -> None:
    assert decimal_mark(text) == mark
