"""How far an order moves the price against itself."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.backtest.panel import Panel

WINDOW = 63  # returns up to the day of the order that its volatility is taken from
LEAST = 20  # returns without which no volatility is known


def press(panel: Panel, row: int, impact: float) -> Floats:
    """(N,) ``y`` of ``cost = y money^1.5`` for orders at the close of ``row``.

    With an order of q shares at price p, of which v are traded that day, the price moves by
    ``impact * volatility * sqrt(q / v)`` of itself (see ``Costs``), so that the order costs that
    part of ``q p``. 0 where the day's volume or LEAST of the last WINDOW returns are not known.
    """
    found = np.zeros(len(panel.symbols))
    if impact == 0.0:
        return found
    close = panel.close[max(row - WINDOW, 0) : row + 1]
    missing = WINDOW - row
    if missing > 0 and panel.past_close is not None and len(panel.past_close):
        close = np.vstack((panel.past_close[-missing:], close))
    returns = close[1:] / close[:-1] - 1.0
    known = ~np.isnan(returns)
    count = known.sum(axis=0)
    mean = np.where(known, returns, 0.0).sum(axis=0) / np.maximum(count, 1)
    squares = np.where(known, (returns - mean) ** 2, 0.0).sum(axis=0)
    volatility = np.sqrt(squares / np.maximum(count - 1, 1))
    traded = panel.volume[row] * panel.close[row]
    usable = (count >= LEAST) & (traded > 0.0)
    found[usable] = impact * volatility[usable] / np.sqrt(traded[usable])
    return found
