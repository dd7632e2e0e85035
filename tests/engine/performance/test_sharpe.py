"""Errors of Sharpe ratios, against what is published, and against many histories."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine.performance.sharpe import (
    SharpeErrors,
    best_of,
    find_deflated,
    find_errors,
    find_probability,
    probability,
)
from engine.performance.undefined import Undefined
from tests.engine.performance.series import demo_returns

YEARLY = {"days_per_year": 252.0, "risk_free": 0.0}


def errors_of(returns: np.typing.NDArray[np.float64]) -> SharpeErrors:
    found = find_errors(returns, **YEARLY)
    assert isinstance(found, SharpeErrors)
    return found


def test_the_example_of_bailey_and_lopez_de_prado() -> None:
    """2014, "A numerical example": 100 ideas with a variance of ½ a year; 2.5 a year over 1,250
    days of 250, skew -3, kurtosis 10: 0.1132 a day to be expected, and 90 %."""
    highest = best_of(100, sqrt(0.5)) / sqrt(250)
    assert highest == pytest.approx(0.1132, abs=5e-5)
    found = probability(2.5 / sqrt(250), highest, 1250, skew=-3.0, kurtosis=10.0)
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_the_table_of_lo() -> None:
    """2002, table 1: a ratio of 0.5 over 12 observations has an error of 0.306, one of 3 over 60
    one of 0.303 (of one observation)."""
    rng = np.random.default_rng(1)
    for ratio, n, told in ((0.5, 12, 0.306), (3.0, 60, 0.303)):
        draws = rng.normal(size=n)
        draws = (draws - draws.mean()) / draws.std(ddof=1) + ratio
        found = find_errors(draws, days_per_year=1.0, risk_free=0.0)
        assert isinstance(found, SharpeErrors)
        assert found.ratio == pytest.approx(ratio)
        assert found.iid == pytest.approx(told, abs=6e-4)


def test_errors_are_those_of_many_histories() -> None:
    """Skewed returns, whose ratio Lo's formula for normal ones finds too sure; and such with an
    echo, for which only the last error comes near (Bartlett's weights leave a little out)."""
    rng = np.random.default_rng(2)
    shocks = -(rng.gamma(2.0, size=(1500, 505)) - 2.0) / sqrt(2.0)
    skewed, echo = 0.3 + shocks[:, 5:], 0.3 + (shocks + 0.5 * np.roll(shocks, 1, axis=1))[:, 5:]
    for returns, name in ((skewed, "shaped"), (echo, "dependent")):
        spread = float((returns.mean(axis=1) / returns.std(axis=1)).std()) * sqrt(252)
        told = np.mean([getattr(errors_of(one), name) for one in returns[:200]])
        assert told == pytest.approx(spread, rel=0.08)
        assert np.mean([errors_of(one).iid for one in returns[:200]]) < 0.93 * spread


def test_an_echo_lowers_the_ratio_of_a_year() -> None:
    """Lo 2002, equation 22: of AR(1) returns, by about √((1 - ρ)/(1 + ρ))."""
    rng = np.random.default_rng(3)
    shocks = rng.normal(size=200_000)
    returns = np.empty(200_000)
    last = 0.0
    for day, shock in enumerate(shocks.tolist()):
        last = 0.2 * last + shock
        returns[day] = 0.05 + last
    found = errors_of(returns)
    assert found.adjusted / found.ratio == pytest.approx(sqrt(0.8 / 1.2), rel=0.02)


def test_one_idea_is_not_deflated_and_more_are_more() -> None:
    returns = demo_returns()[1][-1260:]
    plain = find_probability(returns, **YEARLY)
    found = [find_deflated(returns, **YEARLY, tried=n) for n in (1, 2, 10, 100, 1000)]
    assert all(isinstance(one, float) for one in (plain, *found))
    assert found[0] == plain
    assert found == sorted(found, reverse=True)
    assert found[3] < 0.5 < 0.95 < found[0]
    wide = find_deflated(returns, **YEARLY, tried=10, deviation=1.0)
    assert wide < found[2]
    assert find_probability(returns, **YEARLY, above=5.0) < 0.001
    ratio = errors_of(returns).ratio
    assert find_probability(returns, **YEARLY, above=ratio) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="0 ideas"):
        best_of(0, 1.0)


def test_too_few_days_and_none_that_move() -> None:
    for found in (find_errors, find_probability):
        assert found(np.array([0.1, 0.2, 0.1]), **YEARLY) is Undefined.TOO_FEW
        assert found(np.full(9, 0.01), **YEARLY) is Undefined.STILL
    assert find_deflated(np.zeros(0), **YEARLY, tried=3) is Undefined.TOO_FEW
