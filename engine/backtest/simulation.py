"""A strategy on past prices, with everything that trading costs.

Conventions. What is decided on a close is filled at that close, or ``lag`` closes later; until the
first fill everything is cash. A rebalancing brings the value *after* costs to the weights: with
``V' = V - cost(V')`` solved to the last bit, the cost is paid out of the portfolio and nothing
else. The first row always rebalances. Orders below 1e-12 of the value are rounding and not placed.

- Money from outside arrives before the close; without a rebalancing on that row it is invested in
  proportion to the target weights, and withdrawals are raised from cash and holdings in proportion
  to what each is worth. A withdrawal of more than there is pays what there is ("ran out").
- Dividends are cash on the ex-day; with ``reinvest`` they buy the asset that paid them at that
  close, costs included. Otherwise they wait for the next rebalancing.
- Splits are in the adjusted closes: the panel's shares are adjusted shares, also those that
  ``whole`` rounds. Closes that are not adjusted are first brought through ``splits.adjust``.
- What stops trading is paid out at its last price, without costs; the money waits for the next
  rebalancing.
- What cannot be traded on a day waits: money for it stays in cash, what cannot be sold is kept and
  the others share the rest in proportion; the same weights are tried again at the next close at
  which what was missing can be traded. A withdrawal that cannot be raised is paid as soon as it can
  be.
- Costs that exceed the money they would be paid from ("too dear") leave everything as it is.
- Whole shares are rounded down, then the remainder buys single shares where most was cut off; cash
  is never below zero.
"""

from __future__ import annotations

import numpy as np

from engine.backtest.booking import write_path
from engine.backtest.costs import NOTHING, Costs
from engine.backtest.declaration import Flows, Rebalancing, Strategy, check_weights
from engine.backtest.events import Terms, money_by_row, run
from engine.backtest.panel import Panel
from engine.backtest.path import Path
from engine.backtest.scale_free import book, suits


def simulate(
    panel: Panel,
    strategy: Strategy,
    rebalancing: Rebalancing,
    costs: Costs = NOTHING,
    *,
    capital: float,
    flows: Flows | None = None,
    whole: bool = False,
    reinvest: bool = True,
    lag: int = 0,
) -> Path:
    """The T days of ``panel`` with ``capital`` on its first day.

    Fixed weights on calendar days with proportional costs go a vectorised way, everything else
    event by event; both give the same to rounding. ``Path.notes``: "kept" (the strategy's reason),
    "waits", "paid out", "ran out", "too dear". Raises BadWeights for weights that cannot be held
    and ValueError for flows outside the panel, a capital below zero, or no money at all.
    """
    moved = flows or Flows()
    _check(panel, capital, moved, lag)
    weights = strategy.fixed
    if weights is not None:
        weights = check_weights(weights, panel.symbols)
        simple = costs.proportional and not (whole or len(moved.rows) or rebalancing.aim)
        if simple and rebalancing.rows is not None and suits(panel):
            asked = np.union1d(np.zeros(1, np.int64), rebalancing.rows(panel.days)) + lag
            rate = costs.rate + costs.half_spread
            rows = asked[asked < len(panel.days)]
            if len(rows):
                return write_path(panel, book(panel, weights, rows, rate, capital))
    by_row = money_by_row(moved, len(panel.days), capital)
    terms = Terms(panel, strategy, rebalancing, costs, by_row, whole, reinvest, lag)
    booked, notes = run(terms)
    return write_path(panel, booked, notes)


def _check(panel: Panel, capital: float, flows: Flows, lag: int) -> None:
    if not len(panel.days):
        raise ValueError("a panel without days")
    if len(flows.rows) != len(flows.amounts) or not np.all(np.isfinite(flows.amounts)):
        raise ValueError(f"{len(flows.rows)} rows of flows, amounts {flows.amounts}")
    if len(flows.rows) and not (flows.rows.min() >= 0 and flows.rows.max() < len(panel.days)):
        raise ValueError(f"flows on rows up to {flows.rows.max()} of {len(panel.days)} days")
    if not 0.0 <= capital < float("inf") or lag < 0:
        raise ValueError(f"a capital of {capital}, a lag of {lag}")
    if capital == 0.0 and not (flows.amounts > 0.0).any():
        raise ValueError("no money")
