"""People without any of the biases who are easily mistaken for having one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.validation.life import CAP, Habit, Life
from engine.arrays import Flags, Floats, Ints


@dataclass(slots=True)
class Rebalancer(Habit):
    """Every so often brings weights back: sells of the heavy, buys of the light."""

    every: int  # trading days

    def act(self, life: Life) -> None:
        held = life.held
        if (life.row - life.nature.first) % self.every != self.every - 1 or len(held) < 2:
            return
        value = life.quantity[held] * life.price[held]
        target = value.sum() / len(held)
        for name, own in zip(held.tolist(), value.tolist(), strict=True):
            if own > 1.25 * target:
                life.sell(name, max((own - target) // life.price[name], 1.0))
        for name, own in zip(held.tolist(), value.tolist(), strict=True):
            if own < 0.75 * target:
                life.spend(name, target - own)

    def selling(self, life: Life, held: Ints) -> float:
        return 0.3

    def adding(self, life: Life, held: Ints) -> float:
        return 0.0


@dataclass(slots=True)
class Saver(Habit):
    """Buys the same names for the same money every month, and sells now and then."""

    every: int
    money: float
    names: int

    def act(self, life: Life) -> None:
        if (life.row - life.nature.first) % self.every:
            return
        chance = np.random.default_rng(life.nature.seed)
        for name in chance.permutation(len(life.quantity))[: self.names].tolist():
            life.spend(name, self.money)

    def adding(self, life: Life, held: Ints) -> float:
        return 0.0


@dataclass(slots=True)
class Momentum(Habit):
    """Holds last year's winners without the last month; what falls back goes."""

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        order = np.argsort(-np.where(free, life.land.year[life.row], -np.inf))
        return int(order[int(chance.random() * 0.15 * len(order))])

    def selling(self, life: Life, held: Ints) -> Floats:
        score = life.land.year[life.row]
        return np.where(score[held] < np.median(score), 3.0, 0.5)


@dataclass(slots=True)
class Contrarian(Habit):
    """Buys what fell over a quarter, sells what rose."""

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        order = np.argsort(np.where(free, life.land.quarter[life.row], np.inf))
        return int(order[int(chance.random() * 0.15 * len(order))])


@dataclass(slots=True)
class Harvester(Habit):
    """Sells losers towards the end of the year, and lets gains run over it, for the tax."""

    def selling(self, life: Life, held: Ints) -> Floats:
        month = life.land.setting.prices.days[life.row].astype("datetime64[M]").astype(int) % 12
        result = life.gains(held)
        if month not in (10, 11):
            return np.ones(len(held))
        return np.where(result < -0.03, 8.0, np.where(result > 0, 0.4, 1.0))


@dataclass(slots=True)
class Robot(Habit):
    """Stop-loss and take-profit at fixed distances, nothing else."""

    stop: float
    profit: float

    def selling(self, life: Life, held: Ints) -> Floats:
        result = life.gains(held)
        return np.where((result <= -self.stop) | (result >= self.profit), CAP, 0.1)


@dataclass(slots=True)
class Indexer(Habit):
    """One fund, bought and sold for reasons of life."""

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        fund = life.nature.seed % len(free)
        return int(fund) if free[fund] else None

    def act(self, life: Life) -> None:
        fund = life.nature.seed % len(life.quantity)
        chance = life.chance(7)
        event, size = chance.random(), chance.uniform(0.2, 0.6)
        rate = life.nature.turnover * life.nature.positions / 252
        if event < rate:
            life.spend(fund, size * life.cash * 0.5)
        elif event < 1.6 * rate and life.quantity[fund] > 3:
            life.sell(fund, life.quantity[fund] * size // 1)

    def selling(self, life: Life, held: Ints) -> float:
        return 0.0

    def adding(self, life: Life, held: Ints) -> float:
        return 0.0


def _rebalancer(rng: np.random.Generator) -> Habit:
    return Rebalancer(int(rng.choice([21, 42, 63])))


def _saver(rng: np.random.Generator) -> Habit:
    return Saver(int(rng.choice([21, 42])), float(rng.uniform(300, 900)), int(rng.integers(1, 4)))


def _robot(rng: np.random.Generator) -> Habit:
    return Robot(float(rng.uniform(0.07, 0.15)), float(rng.uniform(0.10, 0.30)))


KINDS: dict[str, Callable[[np.random.Generator], Habit | None]] = {
    "random": lambda rng: None,
    "rebalancer": _rebalancer,
    "savings plan": _saver,
    "momentum": lambda rng: Momentum(),
    "contrarian": lambda rng: Contrarian(),
    "tax-loss harvester": lambda rng: Harvester(),
    "stop-loss robot": _robot,
    "index only": lambda rng: Indexer(),
}
