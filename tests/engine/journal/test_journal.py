"""What followed trades, and what reasons come to: exact cases, coverage, no future."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest
from scipy import stats

from engine.journal.aftermath import HORIZON, follow
from engine.journal.reasons import LEAST, difference, median_of
from engine.ledger import Kind, Trade
from engine.prices import Prices

FIRST = date(2020, 1, 6)


def _prices(days: int = 90) -> Prices:
    """Of every day: A grows 1 a day from 100, B falls 1 a day from 200, C stays."""
    when = np.datetime64(FIRST) + np.arange(days)
    step = np.arange(days, dtype=np.float64)
    close = np.stack([100 + step, 200 - step, np.full(days, 50.0)], axis=1)
    return Prices.from_closes(("A", "B", "C"), when, close)


def _trade(symbol: str, day: int, kind: Kind = Kind.BUY) -> Trade:
    at = datetime(2020, 1, 6, 15, tzinfo=UTC) + timedelta(days=day)
    return Trade(uuid4(), at, kind, symbol, Decimal(1), Decimal(100))


def test_the_outcome_is_the_shares_return_less_that_of_the_others() -> None:
    until = FIRST + timedelta(days=80)
    seen = follow([_trade("A", 10), _trade("A", 10, Kind.SELL)], _prices(), until)
    own, rest = 140 / 110 - 1, ((160 / 190 - 1) + 0) / 2
    assert seen.own == pytest.approx([own, own])
    assert seen.market == pytest.approx([rest, rest])
    assert seen.outcome == pytest.approx([own - rest, rest - own])
    named = follow([_trade("A", 10)], _prices(), until, ["C"])
    assert named.outcome == pytest.approx([own])


def test_what_is_not_known_yet_has_no_outcome() -> None:
    prices, last = _prices(), FIRST + timedelta(days=40)
    trades = [_trade("A", 40 - HORIZON), _trade("A", 41 - HORIZON), _trade("Z", 1)]
    seen = follow([*trades, _trade("A", 1, Kind.DIVIDEND)], prices, last)
    assert np.isfinite(seen.outcome).tolist() == [True, False, False, False]
    longer = follow(trades[:1], prices, FIRST + timedelta(days=89))
    assert longer.outcome == pytest.approx(seen.outcome[:1]), "later prices change nothing"


def test_a_price_older_than_a_week_counts_for_nothing() -> None:
    late = follow([_trade("A", 65)], _prices(70), FIRST + timedelta(days=120))
    assert np.isnan(late.outcome).all()
    weekend = follow([_trade("A", 35)], _prices(62), FIRST + timedelta(days=120))
    assert weekend.own == pytest.approx([161 / 135 - 1])


def test_the_interval_of_a_median_is_made_of_order_statistics() -> None:
    few = median_of(np.array([3.0, 1.0, np.nan, 2.0, 4.0]))
    assert (few.n, few.value, few.enough) == (4, 2.5, False)
    assert np.isnan(few.low)
    five = median_of(np.arange(5.0))
    assert (five.n, five.low, five.high) == (LEAST, 0.0, 4.0)
    many = median_of(np.arange(31.0))
    k = int(stats.binom.ppf(0.05, 31, 0.5))
    assert (many.low, many.high) == (k - 1, 31 - k)
    assert median_of(np.empty(0)).n == 0


@pytest.mark.parametrize("n", [5, 8, 20, 41])
def test_the_interval_of_a_median_covers_it_in_ninety_of_a_hundred(n: int) -> None:
    rng = np.random.default_rng(n)
    samples = rng.lognormal(0.0, 1.0, (2_000, n))
    covered = [one.low <= 1.0 <= one.high for one in map(median_of, samples)]
    assert 0.885 <= np.mean(covered) <= 0.985


def test_a_difference_needs_enough_of_both_and_of_time() -> None:
    rng = np.random.default_rng(1)
    days = np.arange(0, 600, 20)
    assert difference(np.ones(4), days[:4], np.ones(30), days, rng) is None
    assert difference(np.ones(9), np.arange(9), np.ones(9), np.arange(9), rng) is None
    found = difference(rng.normal(-0.1, 0.02, 30), days, rng.normal(0.1, 0.02, 30), days, rng)
    assert found is not None
    assert found.clear
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(-0.2, abs=0.02)
    again = [
        difference(np.arange(9.0), days[:9], np.arange(30.0), days, np.random.default_rng(3))
        for _ in range(2)
    ]
    assert again[0] == again[1]


def test_the_interval_of_a_difference_covers_it_though_months_are_alike() -> None:
    rng = np.random.default_rng(7)
    days = np.repeat(np.arange(24) * 30, 2)
    covered = 0
    for _ in range(40):
        shared = np.repeat(rng.normal(0, 0.05, 24), 2)
        one, other = (rng.normal(0, 0.03, 48) + shared for _ in range(2))
        found = difference(one, days, other + 0.02, days, rng)
        assert found is not None
        covered += found.low <= -0.02 <= found.high
    assert 0.8 <= covered / 40 <= 1.0
