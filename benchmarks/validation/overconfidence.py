"""G3: trading on signals believed too precise, and bolder after wins (Odean 1998, Kyle; Gervais
and Odean 2001)."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

import numpy as np
from scipy.stats import norm

from benchmarks.validation.life import Habit, Life
from engine.arrays import Flags, Floats, Ints

AVERAGE_TURNOVER = 0.75
QUIET = 0.1  # turnover of the same person with the right belief in the signals: liquidity only
_PLAIN_THRESHOLD = 3.2  # believed advantage over its noise that a calm trader asks for


@dataclass(slots=True)
class NoiseTrader(Habit):
    """Each day a signal about each holding: s = v + ε, v too small to see. The belief is s times
    the believed precision κ; what seems worth more than the cost is switched.

    ``kappa`` is set so that the turnover comes out at the wanted one; wins raise it for a while.
    """

    turnover: float
    courage: float = 0.0

    def selling(self, life: Life, held: Ints) -> float:
        threshold = float(norm.isf((self.turnover - QUIET) / 252))
        chance = float(norm.sf(threshold - 0.15 * self.courage))
        return 1.0 + chance / (QUIET / 252)

    @property
    def kappa(self) -> float:
        """How much too precise the signals are believed: 1 is right."""
        return _PLAIN_THRESHOLD / float(norm.isf(max(self.turnover - QUIET, 1e-4) / 252))

    def sold(self, life: Life, name: int, gain: float) -> None:
        self.courage = float(np.clip(0.8 * self.courage + 0.2 * np.sign(gain), -1, 1))


@dataclass(slots=True)
class HouseMoney(Habit):
    """Stakes grow with the confidence that the last results taught (self-attribution)."""

    strength: float  # log ratio of stakes after gains to those after losses
    confidence: float = 0.0

    def sold(self, life: Life, name: int, gain: float) -> None:
        size = min(abs(gain) / 0.1, 1.0)
        self.confidence = 0.35 * self.confidence + 0.65 * size * float(np.sign(gain))

    def stake(self, life: Life) -> float:
        return exp(self.strength * float(np.clip(self.confidence, -1, 1)) * 1.9)


@dataclass(slots=True)
class Informed(Habit):
    """A null that trades as much but with an edge: buys the best of what it looks into."""

    foresight: int = 252
    looked: int = 12
    _seen: list[int] = field(default_factory=list)

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        names = chance.permutation(len(free))
        names = names[free[names]][: self.looked]
        end = min(life.row + self.foresight, len(life.land.close) - 1)
        ahead = life.land.close[end, names] / life.price[names]
        noisy = np.log(ahead) + chance.normal(0, 0.35, len(names))
        return int(names[int(np.argmax(noisy))])

    def selling(self, life: Life, held: Ints) -> Floats:
        end = min(life.row + self.foresight, len(life.land.close) - 1)
        ahead = np.log(life.land.close[end, held] / life.price[held])
        return np.where(ahead < 0, 1.8, 0.4)
