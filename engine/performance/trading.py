"""Figures of trades rather than of days: of round trips, and of what was turned over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.performance.undefined import Undefined, Value


@dataclass(frozen=True, slots=True)
class TradeFigures:
    """Of round trips. ``win_rate``: share of them that gained, those that came out even count as
    not. ``payoff``: mean gain of the winners over mean loss of the losers. ``profit_factor``: sum
    of the gains over sum of the losses."""

    count: int
    win_rate: Value
    payoff: Value
    profit_factor: Value


def measure_trades(gains: Floats) -> TradeFigures:
    """``gains``: (K,) of each round trip after costs, in money or as shares: the ratios are then of
    money or of shares. Raises ValueError for what is not finite."""
    if not np.isfinite(gains).all():
        raise ValueError("gains are not all finite numbers")
    won, lost = gains[gains > 0.0], -gains[gains < 0.0]
    if not len(gains):
        return TradeFigures(0, *(Undefined.NO_TRADES,) * 3)
    rate = len(won) / len(gains)
    if not len(lost):
        return TradeFigures(len(gains), rate, Undefined.NO_LOSS, Undefined.NO_LOSS)
    gained = float(won.sum())
    mean = gained / len(won) if len(won) else 0.0
    return TradeFigures(len(gains), rate, mean / float(lost.mean()), gained / float(lost.sum()))


def yearly_turnover(shares: Floats, days_per_year: float) -> Value:
    """``shares``: (T,) of the value turned over on each day, as ``Path.turnover`` gives: their sum
    by the number of years (the lesser of purchases and sales, as funds report it to the SEC)."""
    if not len(shares):
        return Undefined.TOO_FEW
    return float(shares.sum()) * days_per_year / len(shares)
