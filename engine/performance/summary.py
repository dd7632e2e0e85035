"""The five figures by which portfolios are compared, of one path or of many at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Floats
from engine.performance.formulas import (
    annual_deviation,
    annual_growth,
    compound,
    daily_rate,
    fall_below_peak,
    tail_loss,
)
from engine.performance.sample import STILL


@dataclass(frozen=True, slots=True)
class Performance:
    """Of daily returns. ``sharpe`` is None where nothing moved."""

    earned: float  # a year, compounded
    volatility: float  # a year
    sharpe: float | None  # of the returns above the risk-free rate, a year
    worst_drawdown: float  # share of the highest value before, 0 to 1
    tail_loss: float  # mean loss of the worst 5 % of days, one day


def summarise(returns: Floats, days_per_year: float, risk_free: float) -> Performance:
    """``returns``: (D,) of a day each, at least two; ``risk_free``: a year."""
    found = summarise_paths(returns[None, :], days_per_year)
    volatility = float(found["volatility"][0])
    above = float(returns.mean()) - daily_rate(risk_free, days_per_year)
    moving = volatility > STILL * sqrt(days_per_year)
    return Performance(
        earned=float(found["earned"][0]),
        volatility=volatility,
        sharpe=above * days_per_year / volatility if moving else None,
        worst_drawdown=float(found["worst_drawdown"][0]),
        tail_loss=float(found["tail_loss"][0]),
    )


def summarise_paths(returns: Floats, days_per_year: float) -> dict[str, Floats]:
    """Each field of ``Performance`` but the Sharpe ratio, (R,) of (R, D) returns."""
    worth = compound(returns)
    return {
        "earned": annual_growth(worth[:, -1], returns.shape[1], days_per_year),
        "volatility": annual_deviation(returns, days_per_year),
        "worst_drawdown": np.asarray(fall_below_peak(worth).max(axis=1)),
        "tail_loss": tail_loss(returns),
    }
