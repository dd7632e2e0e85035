"""G1: selling gives pleasure or pain; a position is sold at barriers that solve for it.

Barberis and Xiong (2012), Ingersoll and Jin (2013): utility is felt when a position is closed,
concave in gains and convex in losses, and everything is bought anew afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, sqrt

import numpy as np

from benchmarks.validation.life import CAP, Habit, Life
from engine.arrays import Floats, Ints

_ALPHA, _DISCOUNT, _DRIFT, _RISK, _COST = 0.5, 0.08, 0.09, 0.40, 0.01
_LIQUIDITY = 0.6  # forced sales a year
_STEP = 1 / 200  # years


def felt(growth: Floats, aversion: float) -> Floats:
    """Utility of closing a position at ``growth`` times its cost, after the cost of trading."""
    net = growth * (1 - _COST) - 1.0
    return np.where(net >= 0, np.abs(net) ** _ALPHA, -aversion * np.abs(net) ** _ALPHA)


@cache
def barriers(aversion: float) -> tuple[float, float]:
    """(lower, upper): price over cost at which it is best to sell; lower 0 where never.

    Value iteration on a grid of log growth: hold on and be forced to sell now and then, or sell,
    feel it, and begin anew with what is left.
    """
    jump = _RISK * sqrt(_STEP)
    grid = np.arange(-60, 61) * jump
    growth = np.exp(grid)
    up = 0.5 + 0.5 * (_DRIFT - _RISK**2 / 2) * sqrt(_STEP) / _RISK
    keep, forced = exp(-_DISCOUNT * _STEP), 1 - exp(-_LIQUIDITY * _STEP)
    scale = (growth * (1 - _COST)) ** _ALPHA  # utility is measured against what is invested anew
    now, value = felt(growth, aversion), np.zeros_like(grid)
    for _ in range(8000):
        sale = now + scale * value[60]
        ahead = np.empty_like(value)
        ahead[1:-1] = up * value[2:] + (1 - up) * value[:-2]
        ahead[0], ahead[-1] = sale[0], sale[-1]
        better = np.maximum(sale, keep * ((1 - forced) * ahead + forced * sale))
        if float(np.abs(better - value).max()) < 1e-7:
            break
        value = better
    waiting = keep * ((1 - forced) * ahead + forced * sale)
    sells = sale >= waiting
    above, below = np.flatnonzero(sells & (grid > 0)), np.flatnonzero(sells & (grid < 0))
    inner = below[below > 0]
    lower = float(growth[inner.max()]) if len(inner) else 0.0
    return lower, float(growth[above.min()]) if len(above) else float(growth[-1])


@dataclass(slots=True)
class RealisationUtility(Habit):
    """``share`` of the positions are sold for the feeling of it, the others at random."""

    share: float
    aversion: float = 2.0
    ruled: Ints | None = None

    def bought(self, life: Life, name: int) -> None:
        if self.ruled is None:
            self.ruled = np.zeros(len(life.quantity), dtype=np.int64)
        self.ruled[name] = life.fate[life.row - life.nature.first, 2, name] < self.share

    def selling(self, life: Life, held: Ints) -> Floats:
        lower, upper = barriers(self.aversion)
        growth = life.price[held] / life.cost[held]
        beyond = (growth >= upper) | (growth <= lower)
        ruled = np.zeros(len(held), dtype=np.bool_) if self.ruled is None else self.ruled[held] > 0
        return np.where(ruled, np.where(beyond, _EAGER, _IDLE), 1.0)


_EAGER, _IDLE = min(5.0, CAP), 0.5  # beyond a barrier and within, so that the mean rate stays


def share_of(multiple: float) -> float:
    """The share of ruled positions at which the published statistic comes out at ``multiple`` times
    its average (measured on this mechanism once, see tests)."""
    return min(0.33 * multiple, 1.0)
