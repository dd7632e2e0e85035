"""Numbers and dates are read by the convention of their file, and never by a silent guess (H5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.broker_files.locale import Locale, Order, date_order, decimal_mark
from engine.broker_files.reading import read_file
from engine.delimited import Unreadable

HEAD = "date;symbol;side;quantity;price\n"
amounts = st.decimals(min_value="0.01", max_value="99999999.99", places=2)


@given(amounts)
def test_both_conventions_read_what_they_write(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")
    assert Locale(".").number(english) == Locale(",").number(german) == amount
    assert Locale(".").number(f"(${english})") == -amount
    assert Locale(",").number(f"€ -{german}") == -amount


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e400", "", "--", "1,2,3", "12,34.5", "٣", "1_0"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    for mark in (".", ",", None):
        with pytest.raises(Unreadable):
            Locale(mark).number(text)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["1,234.56"], (".", False)),
        (["1.234,56"], (",", False)),
        (["12,5", "1.000"], (",", False)),
        (["12.5", "1,000"], (".", False)),
        (["1,234"], (None, True)),
        (["1.234"], (None, True)),
        (["12", "7"], (None, False)),
        (["12,5", "17.25"], (None, True)),
        (["0,254"], (",", False)),
        (["1,234,567"], (".", False)),
    ],
)
def test_the_file_decides_or_nothing_does(
    values: list[str], found: tuple[str | None, bool]
) -> None:
    assert decimal_mark(values) == found


def test_an_undecided_number_is_a_bad_line_and_not_a_guess() -> None:
    reading = read_file(HEAD + "2024-03-05;A;buy;1.000;17\n2024-03-05;A;buy;3;17\n")
    assert [(one.line, one.reason) for one in reading.problems] == [(2, "number_ambiguous")]
    assert len(reading.entries) == 1
    decided = read_file(HEAD + "2024-03-05;A;buy;1.000;17,5\n")
    assert [one.trade.quantity for one in decided.entries] == [Decimal(1000)]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1)))
def test_dates_say_their_order_or_are_asked_about(day: date) -> None:
    text = f"{day.day:02}/{day.month:02}/{day.year}"
    order, asked = date_order([text])
    assert asked is (day.day <= 12)
    assert order is (None if asked else Order.DAY_FIRST)
    reading = read_file(HEAD + f"{text};A;buy;1;2\n")
    assert reading.order_asked is asked
    for first in (True, False):
        told = read_file(HEAD + f"{text};A;buy;1;2\n", day_first=first)
        if asked or first:
            (one,) = told.entries
            swapped = date(day.year, day.day, day.month) if day.day <= 12 else day
            # What the file itself says counts more than the person's habit.
            assert one.trade.at.date() == (day if first or not asked else swapped)


def test_dates_that_contradict_each_other_are_asked_about() -> None:
    assert date_order(["13/01/2024", "01/13/2024"]) == (None, True)
