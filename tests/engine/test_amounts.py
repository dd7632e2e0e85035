"""Exact arithmetic: shares of amounts, ratios of splits, limits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.amounts import each, fits, scaled, share, split_ratio


@pytest.mark.parametrize(
    ("total", "part", "whole", "expected"),
    [
        ("3001", "5", "20", "750.25"),
        ("1", "1", "3", "0.3333333333"),
        ("2", "1", "3", "0.6666666666"),  # cut, not rounded
        ("-2", "1", "3", "-0.6666666666"),
        ("0", "1", "3", "0"),
        ("0.00000000006", "0.55", "0.6", "0"),  # rounding would take more than there is
    ],
)
def test_shares_of_an_amount(total: str, part: str, whole: str, expected: str) -> None:
    found = share(Decimal(total), Decimal(part), Decimal(whole))
    assert found == Decimal(expected)
    if found:
        assert str(found) == expected


amounts = st.decimals("-1e24", "1e24", places=20)
sizes = st.decimals("0.0000000001", "999999999999.9999999999", places=10)


@given(amounts, sizes, sizes)
def test_a_share_is_never_more_than_exact_and_less_by_a_step_at_most(
    total: Decimal, one: Decimal, other: Decimal
) -> None:
    part, whole = sorted((one, other))
    exact = Fraction(total) * Fraction(part) / Fraction(whole)
    missing = abs(exact) - abs(Fraction(share(total, part, whole)))
    assert 0 <= missing < Fraction(1, 10**10)


def test_what_is_shown_has_28_digits() -> None:
    assert str(each(Decimal(2), Decimal(3))) == "0.6666666666666666666666666667"
    assert each(Decimal("4601"), Decimal(40)) == Decimal("115.025")


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("3", Fraction(3)),
        ("1.5", Fraction(3, 2)),
        ("0.1", Fraction(1, 10)),
        ("0.3333333333", Fraction(1, 3)),
        ("0.6666666667", Fraction(2, 3)),
        ("0.0333333333", Fraction(1, 30)),
        ("1.0043795620", Fraction(688, 685)),
        ("0.33", Fraction(33, 100)),
        ("0.333333333", Fraction(333333333, 10**9)),  # nine decimals were meant as told
        ("0.3333333334", Fraction(3333333334, 10**10)),
    ],
)
def test_the_ratio_of_a_split(told: str, meant: Fraction) -> None:
    assert split_ratio(Decimal(told)) == meant


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_every_simple_ratio_survives_ten_decimals(new: int, old: int) -> None:
    told = scaled(Decimal(1), Fraction(new, old))
    assert -told.as_tuple().exponent <= 10
    assert split_ratio(told) == Fraction(new, old)


@pytest.mark.parametrize(
    "value", ["0", "-0", "999999999999.9999999999", "-1.0000000000000", "1E+11"]
)
def test_what_fits(value: str) -> None:
    assert fits(Decimal(value))


@pytest.mark.parametrize("value", ["1E+12", "0.00000000001", "NaN", "sNaN", "Infinity", "1E-99"])
def test_what_does_not_fit(value: str) -> None:
    assert not fits(Decimal(value))
