"""How a portfolio would swing with money put in or taken out."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Floats
from engine.optimization.estimation.window import Window, open_window
from engine.performance.intervals import Interval, bound
from engine.performance.sample import STILL
from engine.prices import Prices

YEARS = 5.0  # of prices that are looked at
MONTH = 21  # trading days
RARE = 0.05  # a bad month: one in twenty was as bad or worse
CASH = "cash"
_REPLICATIONS = 999
_TAILS = (0.05, 0.95)


class Overdrawn(ValueError):
    """More is to be taken out of ``symbol`` than there is; ``held`` in money."""

    def __init__(self, symbol: str, held: float) -> None:
        super().__init__(symbol, held)
        self.symbol = symbol
        self.held = held


@dataclass(frozen=True, slots=True)
class Swings:
    """``volatility`` a year; ``bad_month``: the return that one month in twenty was as bad as, or
    worse; None where nothing moves, as of cash alone. ``largest``: the largest part and its share.
    """

    value: float
    volatility: Interval | None
    bad_month: Interval | None
    largest: tuple[str, float]


@dataclass(frozen=True, slots=True)
class Mixed:
    """Both over the same ``days`` up to ``until``. ``missing``: holdings left out of both, with the
    reason of the window ("no_prices", "too_few_days 120", ...)."""

    before: Swings | None  # None: there was nothing
    after: Swings
    days: int
    since: date
    until: date
    missing: Mapping[str, str]


def mix(
    prices: Prices,
    money: Mapping[str, float],
    change: Mapping[str, float],
    *,
    until: date,
    rng: np.random.Generator,
) -> Mixed:
    """``money``: worth of each holding, "cash" among them; ``change``: put in, negative: taken out.

    Weights are held all along, as estimates of swings do; cash does not move. Raises Overdrawn, and
    Unsolvable where nothing has enough prices or none of what is changed has.
    """
    after = dict(money)
    for symbol, amount in change.items():
        after[symbol] = after.get(symbol, 0.0) + amount
        if after[symbol] < -_ROUNDING * max(abs(amount), 1.0):
            raise Overdrawn(symbol, money.get(symbol, 0.0))
    after = {symbol: worth for symbol, worth in after.items() if worth > _ROUNDING}
    symbols = [symbol for symbol in {**money, **after} if symbol != CASH]
    window = open_window(prices, symbols, until, YEARS)
    # The same draws before and after, so that what differs is the money.
    found = [_swing(window, worth, deepcopy(rng)) for worth in (money, after)]
    assert found[1] is not None or not after, "what has prices swings, and cash does too"
    return Mixed(
        before=found[0],
        after=found[1] or Swings(0.0, None, None, (CASH, 1.0)),
        days=len(window.returns),
        since=window.since,
        until=window.until,
        missing=window.dropped,
    )


_ROUNDING = 1e-9


def _swing(window: Window, money: Mapping[str, float], rng: np.random.Generator) -> Swings | None:
    known = {s: worth for s, worth in money.items() if s in window.symbols or s == CASH}
    value = sum(known.values())
    if value <= 0.0:
        return None
    weights = np.array([known.get(symbol, 0.0) / value for symbol in window.symbols])
    returns = window.returns @ weights
    name = max(known, key=lambda symbol: known[symbol])
    largest = (name, known[name] / value)
    if float(returns.std()) <= STILL:
        return Swings(value, None, None, largest)
    bounds = bound(returns, days_per_year=window.days_per_year, risk_free=0.0, rng=rng)
    bad = _bad_month(returns, rng)
    return Swings(value, bounds.get("volatility"), bad, largest)


def _bad_month(returns: Floats, rng: np.random.Generator) -> Interval:
    """The lower 5 % point of returns over 21 days in a row, every start counted; the interval from
    as many months drawn with replacement as fit into the time, round the end (circular blocks)."""
    around = np.concatenate((returns, returns[: MONTH - 1]))
    grown = np.concatenate(([0.0], np.cumsum(np.log1p(around))))
    months = np.expm1(grown[MONTH:] - grown[:-MONTH])
    value = float(np.quantile(months[: len(returns) - MONTH + 1], RARE))
    count = max(len(returns) // MONTH, 2)
    drawn = months[rng.integers(0, len(months), size=(_REPLICATIONS, count))]
    low, high = np.quantile(np.quantile(drawn, RARE, axis=1), _TAILS)
    return Interval(value, float(low), float(high))
