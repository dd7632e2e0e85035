"""G4: demand from remembered returns that wavers, jumps that excite, and following the crowd.

Barberis, Greenwood, Jin and Shleifer (2015, 2018): S(t) = (1-φ) Σ φ^k r(t-1-k).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sin

import numpy as np

from benchmarks.validation.life import Habit, Life
from engine.arrays import Flags, Floats, Ints

RECENCY, FOMO, LOTTERY = 0.40, 0.69, 0.30  # θ50 of the definitions
_LAST_MONTH = 0.3  # of the weight on S that the statistic finds on the last month's return


@dataclass(slots=True)
class Extrapolator(Habit):
    """Weighs names by what it remembers of their returns; the weight it gives that wavers."""

    strength: float  # of one standard deviation of the remembered return, in log odds
    per_month: float  # φ
    phase: float

    def appeal(self, life: Life, names: Ints) -> Floats:
        wavering = 1.0 + 0.5 * sin(life.row / 40 + self.phase)
        taste = life.land.memory(self.per_month)[life.row, names]
        return np.asarray(self.strength / _LAST_MONTH * wavering * taste)


@dataclass(slots=True)
class Chaser(Habit):
    """Now and then must have one of those that have just jumped, over a window of its own."""

    odds: float  # of buying such a name, against chance
    window: int  # days

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        rise = life.land.sums[life.row] - life.land.sums[life.row - self.window]
        jump = rise / (life.land.risk[life.row - self.window] * np.sqrt(self.window))
        names = np.flatnonzero(free & (jump > 1.9))
        luck, which = chance.random(), chance.random()
        share = len(names) / max(int(free.sum()), 1)
        excess = share * (self.odds - 1) / (1 + share * (self.odds - 1))
        if not len(names) or luck >= excess:
            return None
        return int(names[int(which * len(names))])


@dataclass(slots=True)
class Gambler(Habit):
    """Of a few names it takes the one with the largest single jump it can remember."""

    share: float  # of purchases
    window: int
    looked: int = 12

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        luck, names = chance.random(), chance.permutation(len(free))
        if luck >= self.share:
            return None
        names = names[free[names]][: self.looked]
        days = life.land.returns[life.row - self.window : life.row, names]
        return int(names[int(np.argmax(days.max(axis=0)))])


@dataclass(slots=True)
class Follower(Habit):
    """Buys what the crowd buys and lets go of what the crowd sells, as far as it hears of it."""

    strength: float  # θ50 multiples: 1 moves like the average member of the crowd

    def appeal(self, life: Life, names: Ints) -> Floats:
        flow = life.land.setting.crowd.values[life.row]
        return np.asarray(0.75 * self.strength * np.log(flow[names] / (1 - flow[names])))

    def selling(self, life: Life, held: Ints) -> Floats:
        flow = life.land.setting.crowd.values[life.row]
        pressure = np.log(flow[held] / (1 - flow[held])) - np.log(flow / (1 - flow)).mean()
        return np.asarray(np.exp(np.clip(-0.75 * self.strength * pressure, -2, 2)))
