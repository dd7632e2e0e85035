"""Trade clustering and its mean over permutations of the days."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from engine.biases.narrow_framing import BIAS, clustering, detect, expected_days
from engine.diagnosis import Label
from tests.engine.biases.random_markets import record_of
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices


def test_four_trades_on_two_days_of_five() -> None:
    """Shares A on days 1 and 5, B on 1 and 5: 1 - 2/4; a day stays empty with chance .6²."""
    prices = flat_prices("2024-01-01", 5, {"A": 100.0, "B": 100.0})
    trades = trades_of(
        """2024-01-01 buy 10 A 100
        2024-01-01 buy 10 B 100
        2024-01-05 sell 10 A 100
        2024-01-05 buy 10 B 100"""
    )
    finding = detect(record_of(trades, prices), None)
    assert finding.measures["clustering"] == 0.5
    assert finding.measures["expected_clustering"] == pytest.approx(1 - 5 * (1 - 0.36) / 4)
    assert finding.measures["trade_days"] == 2
    assert finding.theta == pytest.approx(0.5 - 0.2)
    assert finding.label is Label.INSUFFICIENT  # four trades
    assert finding.cost is None


def test_the_mean_over_permutations() -> None:
    rng = np.random.default_rng(3)
    counts, length = np.array([3.0, 5.0, 1.0, 8.0]), 40
    drawn = [
        len(set(np.concatenate([rng.permutation(length)[: int(n)] for n in counts])))
        for _ in range(4000)
    ]
    assert expected_days(counts, length) == pytest.approx(np.mean(drawn), abs=0.1)


def test_it_is_reported_and_not_scored() -> None:
    prices = years_of_prices(4000, 756)
    finding = detect(record_of(random_trader(prices, 1, days=100), prices), None)
    assert finding.label is Label.MEASURED
    assert finding.n >= BIAS.n_min
    assert isnan(finding.intensity)
    assert finding.theta > 0  # sells and buys on the same days


def test_no_trades() -> None:
    finding = detect(record_of([], flat_prices("2024-01-01", 5, {"A": 100.0})), None)
    assert isnan(clustering(0, 0))
    assert finding.label is Label.INSUFFICIENT
    assert finding.n == 0
