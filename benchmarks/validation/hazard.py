"""G2: Cox hazards of a sale, day by day: gains, the size of the result, and days of stress."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log

import numpy as np

from benchmarks.validation.life import Habit, Life
from engine.arrays import Floats, Ints

GAIN = 0.52  # log hazard ratio of gains at the published average (ln OR .47 to .58)
STRESS = log(3.0)


@dataclass(slots=True)
class SaleHazard(Habit):
    """h0·exp(b1·[gain] + b2·|r|), scaled to leave the mean rate as it was."""

    gain: float  # b1
    size: float  # b2, the V-shape: for everybody of this family, biased or not

    def selling(self, life: Life, held: Ints) -> Floats:
        result = life.gains(held)
        rate = np.exp(self.gain * (result > 0) + self.size * np.minimum(np.abs(result), 1.5))
        usual = (1 + exp(self.gain)) / 2 * exp(0.2 * self.size)
        return np.asarray(rate / usual)


@dataclass(slots=True)
class Panic(Habit):
    """Sells much more often once the own holdings, or the market, have fallen within three weeks.

    Its stress is not that of the detector: 15 days instead of 21, and unlevered own holdings.
    """

    strength: float  # log hazard ratio
    _stress: dict[int, bool] = field(default_factory=dict)

    def selling(self, life: Life, held: Ints) -> float:
        return exp(self.strength) if self.stressed(life, held) else 1.0

    def stressed(self, life: Life, held: Ints) -> bool:
        if life.row not in self._stress:
            before = life.land.close[life.row - 15, held]
            fallen = float(life.quantity[held] @ life.price[held]) <= 0.95 * float(
                life.quantity[held] @ before
            )
            self._stress[life.row] = fallen or bool(life.land.falling[life.row])
        return self._stress[life.row]
