"""Numbers in pictures are short, rounded and signed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.numbers import count, money, percent, price


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (-0.4, "$0"),
        (640.4, "$640"),
        (999.6, "$1,000"),
        (1234.5, "$1,230"),
        (12_345, "$12,300"),
        (99_960, "$100k"),
        (123_456, "$123k"),
        (999_600, "$1m"),
        (1_254_000, "$1.25m"),
        (-2.5e9, "−$2.5bn"),
        (12345678901234, "$12.3tn"),
        (1e15, "over $999tn"),
        (-math.inf, "below −$999tn"),
    ],
)
def test_money(amount: float, text: str) -> None:
    assert money(amount, "USD") == text


@pytest.mark.parametrize(
    ("amount", "text"), [(640.4, "+$640"), (-640.4, "−$640"), (0.2, "$0"), (1e15, "over $999tn")]
)
def test_money_with_its_sign(amount: float, text: str) -> None:
    assert money(amount, "USD", signed=True) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1,230"),
        (123_456, "123k"),
        (987.6, "988"),
        (98.54, "98.5"),
        (12.0, "12"),
        (1.5, "1.5"),
        (0.00421, "0.00421"),
        (0.00001, "<0.0001"),
        (-36.98, "−37"),
        (0, "0"),
        (math.inf, "999tn"),
    ],
)
def test_price(value: float, text: str) -> None:
    assert price(value) == text


def test_a_currency_without_a_sign_goes_by_its_code() -> None:
    assert money(5, "CHF") == "CHF\u00a05"
    assert money(5, "EUR") == "€5"


@pytest.mark.parametrize(
    ("share", "signed", "text"),
    [
        (0.24, False, "24%"),
        (0.0044, False, "0.4%"),
        (0.0004, False, "<0.1%"),
        (0.0004, True, "0%"),
        (0, False, "0%"),
        (-0.0001, False, "0%"),
        (0.11, True, "+11%"),
        (-0.03, True, "−3%"),
        (0.0999, True, "+10%"),
        (12.5, True, "+1,250%"),
        (math.inf, True, "over 9,999%"),
        (-1e9, False, "below −9,999%"),
    ],
)
def test_percent(share: float, signed: bool, text: str) -> None:
    assert percent(share, signed=signed) == text


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (1, "sale days", "1 sale day"),
        (2, "sale days", "2 sale days"),
        (0, "trades", "0 trades"),
        (1, "switches", "1 switch"),
        (1, "purchases", "1 purchase"),
        (1, "data", "1 data"),
        (12_000, "trades", "12,000 trades"),
    ],
)
def test_count(number: int, unit: str, text: str) -> None:
    assert count(number, unit) == text


@given(st.floats(allow_nan=False))
def test_no_number_is_long(value: float) -> None:
    assert sum(sign.isdigit() for sign in money(value, "USD")) <= 5
    assert sum(sign.isdigit() for sign in percent(value)) <= 4
    assert sum(sign.isdigit() for sign in price(value)) <= 7
