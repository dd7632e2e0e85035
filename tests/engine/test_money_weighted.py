"""Money-weighted returns: textbook values, independent formulas, flows that have none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from engine.returns import (
    Flow,
    NoReturn,
    Undefined,
    money_weighted,
)


def test_the_example_of_the_spreadsheet_manuals() -> None:
    """XIRR in the manual of Excel: 0.373362535, found to a tolerance of 1e-8."""
    flows = [
        Flow(date(2008, 1, 1), 10_000),
        Flow(date(2008, 3, 1), -2_750),
        Flow(date(2008, 10, 30), -4_250),
        Flow(date(2009, 2, 15), -3_250),
    ]
    assert money_weighted(flows, 2_750, date(2009, 4, 1)) == pytest.approx(0.373362535, abs=1e-8)


def growth_of(flows: list[Flow], rate: float, until: date) -> float:
    return sum(f.amount * (1 + rate) ** ((until - f.day).days / 365) for f in flows)


days_in = st.dates(date(2015, 1, 1), date(2024, 12, 30))
saved = st.lists(st.builds(Flow, days_in, st.floats(1, 1e6)), min_size=1, max_size=30)


# At a rate of 0 the flows add up to nothing, and rounding alone decides on the sign.
@example(
    [
        Flow(date(2015, 1, 1), 5.0),
        Flow(date(2015, 1, 1), 530798.0),
        Flow(date(2015, 1, 2), 696860.8377516969),
        Flow(date(2015, 2, 1), 1.0),
        Flow(date(2015, 2, 2), 471403.0),
        Flow(date(2016, 1, 1), 398083.13161324925),
        Flow(date(2016, 1, 2), 1.06030863088381),
        Flow(date(2015, 1, 1), 1.8757749738288112),
    ],
    0.0,
)
@given(saved, st.floats(-0.95, 20))
def test_money_that_grew_at_a_rate_earned_that_rate(flows: list[Flow], rate: float) -> None:
    until = date(2024, 12, 31)
    found = money_weighted(flows, growth_of(flows, rate, until), until)
    assert found == pytest.approx(rate, abs=1e-8, rel=1e-7)


@given(saved, st.floats(0.3, 3), st.integers(1, 60))
def test_it_is_the_root_that_scipy_finds_in_the_plain_formula(
    flows: list[Flow], multiple: float, days: int
) -> None:
    until = date(2024, 12, 31) + timedelta(days=days)
    final = multiple * sum(f.amount for f in flows)
    found = money_weighted(flows, final, until)
    if found < 1e6:
        root = brentq(lambda r: growth_of(flows, r, until) - final, -1 + 1e-12, 2e6, xtol=1e-14)
        assert found == pytest.approx(root, abs=1e-9, rel=1e-7)


@given(st.lists(st.floats(-1000, 1000), min_size=3, max_size=7))
@settings(max_examples=200)
def test_it_agrees_with_the_roots_of_the_polynomial(amounts: list[float]) -> None:
    """Flows a year apart: the rates are the positive real roots of a polynomial (numpy)."""
    amounts = [round(a) or 1.0 for a in amounts]
    start = date(2001, 1, 1)
    flows = [Flow(start + timedelta(days=365 * n), a) for n, a in enumerate(amounts[:-1])]
    last = start + timedelta(days=365 * (len(amounts) - 1))
    roots = np.roots(amounts)
    real = roots[(np.abs(roots.imag) < 1e-4) & (roots.real > 1e-9)].real
    try:
        found = money_weighted(flows, -amounts[-1], last)
    except NoReturn as fact:
        one_sign = len({a > 0 for a in amounts}) == 1
        expected = {Undefined.ONE_SIGN} if one_sign else {Undefined.NO_RATE, Undefined.SEVERAL}
        assert fact.reason in expected  # noqa: PT017 - no exception is right as well
        assert len(real) != 1 or one_sign
    else:
        assert len(real) == 1 or np.ptp(real) < 0.2  # two roots so close that none lies between
        assert min(abs(real - 1 - found)) < 1e-4 * (1 + abs(found))


START = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("flows", "final", "until", "reason"),
    [
        ([], 0, START, Undefined.ONE_SIGN),
        ([], 10, START, Undefined.ONE_SIGN),
        ([Flow(START, 100), Flow(date(2024, 5, 1), -9)], -91, date(2024, 5, 1), Undefined.ONE_SIGN),
        ([Flow(START, 100)], 110, START, Undefined.ONE_DAY),
        ([Flow(START, 100), Flow(START, -100)], 0, date(2025, 1, 1), Undefined.ONE_DAY),
        ([Flow(START, 100)], 0, date(2025, 1, 1), Undefined.ONE_SIGN),  # a total loss
        ([Flow(START, -100)], 10, date(2025, 1, 1), Undefined.ONE_SIGN),
        ([Flow(START, 1)], 1e6, date(2024, 1, 2), Undefined.NO_RATE),  # e^5000 a year
        # 10 % and 20 % both fit: 100 (1 - 1.1 / x) (1 - 1.2 / x)
        (
            [Flow(START, 100), Flow(date(2024, 12, 31), -230)],
            -132,
            date(2025, 12, 31),
            Undefined.SEVERAL,
        ),
        # 1 - 2x + 2x^2 has no real root
        ([Flow(START, 1), Flow(date(2024, 12, 31), -2)], -2, date(2025, 12, 31), Undefined.NO_RATE),
    ],
)
def test_no_money_weighted_return(flows, final, until, reason) -> None:
    with pytest.raises(NoReturn) as fact:
        money_weighted(flows, final, until)
    assert fact.value.reason is reason


def test_a_steep_week_is_still_a_rate() -> None:
    week = money_weighted([Flow(START, 100)], 150, START + timedelta(days=7))
    assert week == pytest.approx(1.5 ** (365 / 7) - 1, rel=1e-9)
    crash = money_weighted([Flow(START, 100)], 50, START + timedelta(days=7))
    assert crash == pytest.approx(0.5 ** (365 / 7) - 1, rel=1e-12)
    assert money_weighted([Flow(START, 100)], 100, START + timedelta(days=7)) == 0
