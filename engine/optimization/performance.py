"""How a portfolio did, or may have done on many paths at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Floats

LEVEL = 0.95  # of the conditional value at risk
_STILL = 1e-12  # daily volatility below which there is none


@dataclass(frozen=True, slots=True)
class Performance:
    """Of daily returns. ``sharpe`` is None where nothing moved."""

    earned: float  # a year, compounded
    volatility: float  # a year
    sharpe: float | None  # of the returns above the risk-free rate, a year
    worst_drawdown: float  # share of the highest value before, 0 to 1
    tail_loss: float  # mean loss of the worst 5 % of days, one day


def measure(returns: Floats, days_per_year: float, risk_free: float) -> Performance:
    """``returns``: (D,) of a day each, at least two; ``risk_free``: a year."""
    found = measure_paths(returns[None, :], days_per_year)
    volatility = float(found["volatility"][0])
    above = float(returns.mean()) - risk_free / days_per_year
    moving = volatility > _STILL * sqrt(days_per_year)
    return Performance(
        earned=float(found["earned"][0]),
        volatility=volatility,
        sharpe=above * days_per_year / volatility if moving else None,
        worst_drawdown=float(found["worst_drawdown"][0]),
        tail_loss=float(found["tail_loss"][0]),
    )


def measure_paths(returns: Floats, days_per_year: float) -> dict[str, Floats]:
    """Each field of ``Performance`` but the Sharpe ratio, (R,) of (R, D) returns."""
    days = returns.shape[1]
    values = np.cumprod(1.0 + returns, axis=1)
    peaks = np.maximum(np.maximum.accumulate(values, axis=1), 1.0)
    return {
        "earned": np.maximum(values[:, -1], 0.0) ** (days_per_year / days) - 1.0,
        "volatility": returns.std(axis=1, ddof=1) * sqrt(days_per_year),
        "worst_drawdown": (1.0 - values / peaks).max(axis=1),
        "tail_loss": _tail_loss(returns),
    }


def _tail_loss(returns: Floats) -> Floats:
    """Rockafellar and Uryasev 2000, equation 4: the day at the edge counts in part."""
    count = (1.0 - LEVEL) * returns.shape[1]
    whole = int(count + 1e-12)
    lowest = np.partition(returns, whole, axis=1)
    total = lowest[:, :whole].sum(axis=1) + (count - whole) * lowest[:, whole]
    return np.asarray(-total / count)
