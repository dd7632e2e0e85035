"""One simulated person's days: an account, hazards of selling and adding, and what comes to mind.

Every habit is a factor on a daily hazard, a weight on a name, or a purchase of its own, never a
choice among what is held on the day of a sale: that is how the detectors see it. All randomness is
drawn by day and name beforehand, so that a twin without one habit meets the same chances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from benchmarks.validation.markets import Setting
from benchmarks.validation.surroundings import log_returns, remembered, standardise
from engine.arrays import Flags, Floats, Ints

CAP = 40.0  # the most that all habits together multiply a hazard by
VALUED_AFTER = 63  # trading days after the last one, for the money of twins
_DAYS = 252
_DELAY = 4.0  # mean days from a sale to its replacement


@dataclass(frozen=True, slots=True)
class Nature:
    """What is no bias: drawn alike for everybody, whatever their habits."""

    seed: int
    first: int  # rows of the prices
    last: int
    turnover: float  # per year
    positions: int
    fee: float  # share of the money traded
    additions: float  # additions per sale
    familiar: float  # share of purchases that look at names known before
    considered: int  # names that come to mind
    partial: float  # share of sales that are of half a position
    money: float = 100_000.0


@dataclass(frozen=True, slots=True)
class Order:
    row: int
    name: int
    side: int
    quantity: float
    price: float
    fee: float


class Landscape:
    """What people see of a market, each row from closes up to the day before. All (T, N)."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.close = setting.prices.close
        self.returns = log_returns(setting.prices)
        self.sums = np.vstack([np.zeros((1, self.close.shape[1])), np.cumsum(self.returns, axis=0)])
        self._memories: dict[float, Floats] = {}

    def past(self, first: int, last: int) -> Floats:
        """Log return over rows t-first+1 … t-last of every row t."""
        ends = np.arange(len(self.close)) + 1
        return np.asarray(
            self.sums[np.maximum(ends - last, 0)] - self.sums[np.maximum(ends - first, 0)]
        )

    @cached_property
    def risk(self) -> Floats:
        """Daily standard deviation over 60 days, up to the day before."""
        square = np.vstack([np.zeros((1, self.close.shape[1])), np.cumsum(self.returns**2, axis=0)])
        ends = np.arange(len(self.close))
        spread = square[ends] - square[np.maximum(ends - 60, 0)]
        return np.sqrt(spread / 60) + 1e-6

    @cached_property
    def year(self) -> Floats:
        """Momentum: the return of the last year without its last month."""
        return self.past(253, 22)

    @cached_property
    def quarter(self) -> Floats:
        return self.past(64, 1)

    @cached_property
    def high(self) -> Floats:
        """The highest close of 252 days, up to the day before."""
        windows = np.lib.stride_tricks.sliding_window_view(self.close, _DAYS, axis=0)
        found = np.full_like(self.close, np.inf)
        found[_DAYS:] = windows[:-1].max(axis=-1)
        return found

    @cached_property
    def bustle(self) -> Floats:
        """What is talked about: yesterday's volume over its usual, and yesterday's move."""
        volume = np.log(self.setting.prices.volume + 1.0)
        usual = remembered(volume, 0.5)
        loud = np.vstack([np.zeros((1, volume.shape[1])), volume[:-1] - usual[:-1]])
        moved = np.vstack([np.zeros((1, volume.shape[1])), np.abs(self.returns[:-1])]) / self.risk
        return standardise(loud) + 0.5 * standardise(moved)

    @cached_property
    def falling(self) -> Flags:
        """(T,) the market lost much within three weeks for what is usual to it, or it falls and is
        well below where it was within ten months."""
        market = self.returns.mean(axis=1)
        total = np.concatenate([[0.0], np.cumsum(market)])
        ends = np.arange(len(market))
        weeks = total[ends] - total[np.maximum(ends - 15, 0)]
        days = total[ends] - total[np.maximum(ends - 10, 0)]
        top = np.array([total[max(end - 210, 0) : end + 1].max() for end in ends])
        deep = (total[ends] - top <= np.log(0.92)) & (days < 0)
        return np.asarray(deep | (weeks <= -1.3 * market.std() * np.sqrt(15)))

    def memory(self, per_month: float) -> Floats:
        if per_month not in self._memories:
            taste = standardise(remembered(self.returns, per_month))
            self._memories[per_month] = taste
        return self._memories[per_month]


class Habit:
    """One part of a person's behaviour. By default each method leaves everything as it is."""

    def selling(self, life: Life, held: Ints) -> Floats | float:
        """Factors on the hazard of selling each held name."""
        return 1.0

    def adding(self, life: Life, held: Ints) -> Floats | float:
        """Factors on the hazard of buying more of each held name."""
        return 1.0

    def appeal(self, life: Life, names: Ints) -> Floats | float:
        """Log weights of names that came to mind."""
        return 0.0

    def seize(self, life: Life, chance: np.random.Generator, free: Flags) -> int | None:
        """A name bought out of turn, or none. Draws the same numbers whatever it decides."""
        return None

    def stake(self, life: Life) -> float:
        """Factor on the money put into a purchase."""
        return 1.0

    def act(self, life: Life) -> None:
        """What is done on any day besides."""

    def bought(self, life: Life, name: int) -> None:
        """Told after a position was opened."""

    def sold(self, life: Life, name: int, gain: float) -> None:
        """Told after a sale; ``gain`` is its return."""


@dataclass(slots=True)
class Life:
    """Lives from ``nature.first`` to ``nature.last``; what it did is in ``orders``."""

    land: Landscape
    nature: Nature
    habits: Sequence[Habit]
    limit: int | None = None  # decisions after which it ends
    orders: list[Order] = field(default_factory=list)
    row: int = 0
    cash: float = 0.0
    quantity: Floats = field(init=False)  # (N,)
    cost: Floats = field(init=False)  # per share, fees included
    opened: Ints = field(init=False)  # row
    sold_row: Ints = field(init=False)  # -1: never sold
    sold_price: Floats = field(init=False)
    sold_gain: Floats = field(init=False)
    fate: Floats = field(init=False)  # (days, 3, N) chances of sales, of additions, of positions
    due: list[int] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)  # occasions to show each bias

    def __post_init__(self) -> None:
        count, days = self.land.close.shape[1], self.nature.last - self.nature.first + 1
        self.quantity, self.cost = np.zeros(count), np.zeros(count)
        self.opened, self.sold_row = np.full(count, -1), np.full(count, -1)
        self.sold_price, self.sold_gain = np.zeros(count), np.zeros(count)
        rng = np.random.default_rng(self.nature.seed)
        self.fate = rng.random((days, 3, count))  # a longer life begins with the same chances
        self.cash = self.nature.money
        spread = np.random.default_rng([self.nature.seed, 1]).integers(0, 15, self.nature.positions)
        self.due = sorted((self.nature.first + spread).tolist())

    @property
    def price(self) -> Floats:
        """Today's closes."""
        return np.asarray(self.land.close[self.row])

    @property
    def held(self) -> Ints:
        return np.flatnonzero(self.quantity)

    def gains(self, names: Ints) -> Floats:
        return np.asarray(self.price[names] / self.cost[names] - 1.0)

    def worth(self, row: int) -> float:
        return self.cash + float(self.quantity @ self.land.close[row])

    def chance(self, salt: int) -> np.random.Generator:
        """The day's own randomness, the same for twins."""
        return np.random.default_rng([self.nature.seed, self.row, salt])

    def live(self) -> float:
        """The money at the end (``row``), holdings kept for three months more."""
        busy = [habit for habit in self.habits if type(habit).act is not Habit.act]
        for row in range(self.nature.first, self.nature.last + 1):
            self.row = row
            for habit in busy:
                habit.act(self)
            held = self.held
            if len(held):
                self._sell(held)
            self._buy()
            held = self.held
            if len(held):
                self._add(held)
            if self.limit is not None and len(self.orders) >= self.limit:
                break
        self._count_surroundings()
        return self.worth(min(self.row + VALUED_AFTER, len(self.land.close) - 1))

    def _near_anchor(self, held: Ints) -> bool:
        close = self.price[held]
        high = self.land.high[self.row, held]
        return bool(
            (close >= 0.98 * high).any() or (np.abs(close / self.cost[held] - 1) < 0.02).any()
        )

    def _count_surroundings(self) -> None:
        """Occasions that need no deed of one's own: news of what is held, and falling markets."""
        self.count("orders", len(self.orders))
        days = slice(self.nature.first, self.row + 1)
        self.count("stress", int(self.land.falling[days].sum()))
        held = np.zeros((self.row - self.nature.first + 2, len(self.quantity)))
        for order in self.orders:
            held[order.row - self.nature.first + 1, order.name] += order.side * order.quantity
        owned = np.cumsum(held, axis=0)[:-1] > 1e-9
        tone = self.land.setting.news.values[days][: len(owned)]
        for_it, against = int((owned & (tone >= 1)).sum()), int((owned & (tone <= -1)).sum())
        self.count("news", min(for_it, against))

    def _hazard(self, kind: int, held: Ints, base: float, factors: str) -> Ints:
        """The held names to which it happens today."""
        chances = self.fate[self.row - self.nature.first, kind, held]
        if chances.min() >= base * CAP:
            return held[:0]
        total: Floats | float = base
        for habit in self.habits:
            total = total * getattr(habit, factors)(self, held)
        hit: Ints = held[chances < np.minimum(total, base * CAP)]
        return hit

    def _sell(self, held: Ints) -> None:
        hit = self._hazard(0, held, self.nature.turnover / _DAYS, "selling")
        if not len(hit):
            return
        gains = self.gains(held)
        both = bool((gains > 0).any() and (gains < 0).any())
        self.count("sales", int(both))
        if len(held) > 1 and self._near_anchor(held):
            self.count("anchored sales")
        for name in hit.tolist():
            chance = self.chance(1000 + name)
            half = chance.random() < self.nature.partial and self.quantity[name] > 1
            wait = 1 + int(chance.exponential(_DELAY))
            self.sell(name, self.quantity[name] // 2 if half else self.quantity[name])
            self.count("switches", int(not half))
            if not half and self.row + wait <= self.nature.last:
                self.due.append(self.row + wait)

    def _buy(self) -> None:
        ready = [row for row in self.due if row <= self.row]
        self.due = [row for row in self.due if row > self.row]
        for k, _ in enumerate(ready):
            chance = self.chance(k)
            size = chance.uniform(0.6, 1.4)
            name = self._choose(chance)
            if name is None:
                continue
            for habit in self.habits:
                size *= habit.stake(self)
            self.spend(name, size * self.worth(self.row) * 0.75 / self.nature.positions)

    def _choose(self, chance: np.random.Generator) -> int | None:
        count = len(self.quantity)
        free = (self.quantity == 0) & (self.sold_row != self.row)
        familiar, looked = chance.random(), chance.permutation(count)
        luck = -np.log(-np.log(chance.random(count)))
        for n, habit in enumerate(self.habits):
            seized = habit.seize(self, self.chance(100 + 50 * n + len(self.orders) % 7), free)
            if seized is not None:
                return seized
        names = looked[free[looked]][: self.nature.considered]
        known = free & (self.sold_row >= 0) & (self.row - self.sold_row <= _DAYS)
        if familiar < self.nature.familiar and known.sum() >= 2:
            names = np.flatnonzero(known)
            self.count("repurchases")
        if not len(names):
            return None
        weight = luck[names]
        for habit in self.habits:
            weight = weight + habit.appeal(self, names)
        return int(names[int(np.argmax(weight))])

    def _add(self, held: Ints) -> None:
        base = self.nature.turnover / _DAYS * self.nature.additions
        hit = self._hazard(1, held, base, "adding")
        if not len(hit):
            return
        gains = self.gains(held)
        self.count("additions", int((gains > 0).any() and (gains < 0).any()))
        for name in hit.tolist():
            share = self.chance(5000 + name).uniform(0.3, 0.6)
            if self.sold_row[name] != self.row and self.opened[name] != self.row:
                self.spend(name, share * self.quantity[name] * self.price[name])

    def count(self, what: str, times: int = 1) -> None:
        self.seen[what] = self.seen.get(what, 0) + times

    def sell(self, name: int, quantity: float) -> None:
        """At today's close; the cost of the rest stays as it was."""
        price = float(self.price[name])
        gain = price / float(self.cost[name]) - 1.0
        fee = round(quantity * price * self.nature.fee, 4)
        self.orders.append(Order(self.row, name, -1, quantity, price, fee))
        self.cash += quantity * price - fee
        self.quantity[name] -= quantity
        self.sold_row[name], self.sold_price[name] = self.row, price
        self.sold_gain[name] = gain
        for habit in self.habits:
            habit.sold(self, name, gain)

    def spend(self, name: int, money: float) -> None:
        """Whole shares for at most ``money``, as far as the cash goes."""
        price = float(self.price[name])
        quantity = float(min(money, self.cash * 0.98) // price)
        if quantity < 1:
            return
        fee = round(quantity * price * self.nature.fee, 4)
        self.orders.append(Order(self.row, name, 1, quantity, price, fee))
        self.cash -= quantity * price + fee
        before = self.quantity[name]
        paid = self.cost[name] * before + quantity * price + fee
        self.quantity[name] = before + quantity
        self.cost[name] = paid / self.quantity[name]
        if before == 0:
            self.opened[name] = self.row
            self.count("purchases")
            for habit in self.habits:
                habit.bought(self, name)
