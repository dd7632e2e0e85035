"""G5: few names come to mind, orders rest at anchors, sold names are remembered, news is bent."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from benchmarks.validation.life import CAP, Habit, Life
from engine.arrays import Flags, Floats, Ints

ATTENTION, REGRET, ANCHORING, SUNK_COST, CONFIRMATION = 0.30, 0.46, 0.40, log(1.5), 0.50
HALF_LIFE = 126.0  # days after which a sold name hurts half as much


@dataclass(slots=True)
class EyeCatcher(Habit):
    """Some purchases look only at the few names that everybody talks about."""

    share: float
    noticed: int  # 5 to 20

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        luck, which = chance.random(), chance.random()
        if luck >= self.share:
            return None
        loud = np.where(free, life.land.bustle[life.row], -np.inf)
        top = np.argpartition(-loud, self.noticed)[: self.noticed]
        return int(top[int(which * len(top))])

    def adding(self, life: Life, held: Ints) -> Floats:
        loud = np.clip(life.land.bustle[life.row, held], -3, 3)
        return np.asarray(np.exp(0.7 * self.share * loud - 0.3 * self.share**2))


@dataclass(slots=True)
class Regret(Habit):
    """Shuns names sold at a loss, and those that rose after the sale; the memory fades."""

    strength: float

    def appeal(self, life: Life, names: Ints) -> Floats:
        age = life.row - life.sold_row[names]
        fading = np.where(life.sold_row[names] >= 0, 0.5 ** (age / HALF_LIFE), 0.0)
        missed = life.price[names] / np.maximum(life.sold_price[names], 1e-9) - 1.0
        pain = np.tanh(missed / 0.06) - np.tanh(life.sold_gain[names] / 0.06)
        return np.asarray(-0.5 * 2.3 * self.strength * pain * fading)


@dataclass(slots=True)
class Anchors(Habit):
    """Some positions have a limit order at the 252-day high or, once well under water, at cost."""

    strength: float  # log odds of a sale at the anchor, as the definitions count them

    def selling(self, life: Life, held: Ints) -> Floats:
        share = min(0.7 * self.strength, 0.95)
        days = life.opened[held] - life.nature.first
        ordered = life.fate[days, 2, held] > 1 - share
        price, cost = life.price[held], life.cost[held]
        deepest = np.array(
            [
                life.land.close[life.opened[name] : life.row + 1, name].min() / life.cost[name]
                for name in held.tolist()
            ]
        )
        at_cost = (deepest < 0.93) & (np.abs(price / cost - 1) < 0.015)
        at_high = price >= 0.985 * life.land.high[life.row, held]
        return np.where(ordered & (at_cost | at_high), CAP, 1.0)


@dataclass(slots=True)
class AveragingDown(Habit):
    """Orders to buy more rest below the cost of each position."""

    strength: float
    distance: float  # of the order below cost

    def adding(self, life: Life, held: Ints) -> Floats:
        below = life.gains(held) < -self.distance
        return np.where(below, exp(1.35 * self.strength), 1.0)


@dataclass(slots=True)
class NewsReader(Habit):
    """A Bayesian of held names who takes contrary news to the power 1 - c (Rabin and Schrag).

    Everybody who reads adds after good and sells after bad news; ``bend`` c = 0 reads fairly.
    """

    bend: float
    weight: float = 0.9  # log hazard per standard deviation of tone

    def belief(self, life: Life, held: Ints) -> Floats:
        tone = life.land.setting.news.values[life.row - 6 : life.row, held]
        fading = 0.85 ** np.arange(5, -1, -1)[:, None]
        heard = np.where(tone > 0, tone, (1 - self.bend) * tone)
        return np.asarray(np.clip((heard * fading).sum(axis=0) * self.weight, -2.5, 2.5))

    def adding(self, life: Life, held: Ints) -> Floats:
        return np.asarray(np.exp(self.belief(life, held)))

    def selling(self, life: Life, held: Ints) -> Floats:
        return np.asarray(np.exp(-self.belief(life, held)))
