"""Many portfolios of the same assets at once: how they ended, and how rough the way was."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Floats, Ints
from engine.backtest.booking import interest_index
from engine.backtest.costs import Costs
from engine.backtest.declaration import Rebalancing, Strategy, View, check_weights, spread
from engine.backtest.panel import Panel
from engine.backtest.scale_free import left_of, suits
from engine.backtest.simulation import simulate

_BLOCK = 256  # rows at once, so that they stay in the cache
_FLAT = 1e-14  # a daily volatility below it is rounding


@dataclass(frozen=True, slots=True)
class Sweep:
    """Of P portfolios, each from a capital of 1.

    ``final`` (P,) values; ``sharpe`` (P,): of a year, mean over standard deviation (ddof 1) of the
    T daily returns above what cash earned, the first of which holds the first costs, times the root
    of the days per year, NaN without any volatility; ``drawdown`` (P,): the deepest fall below an
    earlier value, the capital among them, 0 to 1. ``values`` (T, P) if asked for.
    """

    final: Floats
    sharpe: Floats
    drawdown: Floats
    values: Floats | None


def sweep(
    panel: Panel,
    weights: Floats,
    rebalancing: Rebalancing,
    rate: float,
    *,
    with_values: bool = False,
) -> Sweep:
    """Simulate each row of ``weights`` (P, N) with costs of ``rate`` of the money traded.

    As ``simulate`` with fixed weights, to rounding. One matrix product per segment between two
    rebalancings where the panel is complete and the days are known beforehand; one portfolio after
    the other else. Raises BadWeights.
    """
    fit = np.array([check_weights(row, panel.symbols) for row in weights])
    tally = _Tally(panel, len(fit), with_values)
    if rebalancing.rows is None or rebalancing.aim is not None or not suits(panel):
        _one_by_one(panel, fit, rebalancing, rate, tally)
    else:
        rows = np.union1d(np.zeros(1, np.int64), rebalancing.rows(panel.days))
        _together(panel, fit, rows, rate, tally)
    return tally.told()


def _together(panel: Panel, weights: Floats, rows: Ints, rate: float, tally: _Tally) -> None:
    count = len(panel.days)
    index = interest_index(panel)
    turned = np.ascontiguousarray(weights.T)  # (N, P)
    spare = np.maximum(1.0 - weights.sum(axis=1), 0.0)
    with_cash = bool(spare.any())
    after = left_of(turned, np.zeros(turned.shape), rate)
    last = 0
    for row, stop in zip(rows.tolist(), [*rows[1:].tolist(), count], strict=True):
        if row:
            drifted = turned * (panel.mark[row] / panel.mark[last])[:, None]
            whole = drifted.sum(axis=0) + spare * (index[row] / index[last])
            drifted /= whole
            after = after * whole * left_of(turned, drifted, rate)
        for begin in range(row, stop, _BLOCK):
            part = slice(begin, min(begin + _BLOCK, stop))
            block = (panel.mark[part] / panel.mark[row]) @ turned
            if with_cash:
                block += np.outer(index[part] / index[row], spare)
            block *= after
            tally.add(part, block)
        last = row


def _one_by_one(
    panel: Panel, weights: Floats, rebalancing: Rebalancing, rate: float, tally: _Tally
) -> None:
    values = np.empty((len(panel.days), len(weights)))
    for n, row in enumerate(weights):

        def choose(view: View, fixed: Floats = row) -> Floats:
            return spread(fixed, view.listed)

        strategy = Strategy("fixed", choose, row)
        values[:, n] = simulate(panel, strategy, rebalancing, Costs(rate), capital=1.0).values
    tally.add(slice(0, len(values)), values)


@dataclass(slots=True)
class _Tally:
    """Running figures of P portfolios."""

    panel: Panel
    width: int
    with_values: bool
    before: Floats = field(init=False)
    peak: Floats = field(init=False)
    deepest: Floats = field(init=False)
    total: Floats = field(init=False)
    squares: Floats = field(init=False)
    values: Floats | None = field(init=False)

    def __post_init__(self) -> None:
        self.before, self.peak = np.ones(self.width), np.ones(self.width)
        self.deepest = np.zeros(self.width)
        self.total, self.squares = np.zeros(self.width), np.zeros(self.width)
        shape = (len(self.panel.days), self.width)
        self.values = np.empty(shape) if self.with_values else None

    def add(self, rows: slice, block: Floats) -> None:
        """The values (R, P) of the next ``rows``."""
        if self.values is not None:
            self.values[rows] = block
        returns = np.empty(block.shape)
        np.divide(block[0], self.before, out=returns[0])
        np.divide(block[1:], block[:-1], out=returns[1:])
        returns -= 1.0 + self.panel.rate[rows, None]
        self.total += returns.sum(axis=0)
        self.squares += np.einsum("tp,tp->p", returns, returns)
        self.before = block[-1].copy()
        np.maximum(block[0], self.peak, out=returns[0])
        returns[1:] = block[1:]
        peaks = np.maximum.accumulate(returns, axis=0, out=returns)
        self.peak = peaks[-1].copy()
        np.divide(block, peaks, out=peaks)
        np.maximum(self.deepest, 1.0 - peaks.min(axis=0), out=self.deepest)

    def told(self) -> Sweep:
        count = len(self.panel.days)
        mean = self.total / count
        spread_out = (self.squares - count * mean**2) / max(count - 1, 1)
        deviation = np.sqrt(np.maximum(spread_out, 0.0))
        flat = deviation < _FLAT
        yearly = np.sqrt(self.panel.days_per_year)
        sharpe = np.where(flat, np.nan, yearly * mean / np.where(flat, 1.0, deviation))
        return Sweep(self.before, sharpe, self.deepest, self.values)
