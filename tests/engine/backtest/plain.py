"""The simulator once more, in plain Python: one day after the other, roots by bisection, lists."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.backtest.costs import Costs
from engine.backtest.declaration import Rebalancing, Strategy, look
from engine.backtest.panel import Panel

DUST = 1e-12
Fee = Callable[[int, float], float]


@dataclass
class Result:
    values: list[float]
    costs: list[float]
    cash: list[float]
    flows: list[float]
    shares: list[list[float]]


def order_cost(panel: Panel, costs: Costs, row: int) -> Fee:
    def fee(n: int, money: float) -> float:
        paid = max(costs.fixed + costs.rate * money, costs.minimum) + costs.half_spread * money
        volume, price = float(panel.volume[row, n]), float(panel.close[row, n])
        past = panel.close[:, n][: row + 1].tolist()
        if panel.past_close is not None:
            past = panel.past_close[:, n].tolist() + past
        past = past[-64:]
        moves = [b / a - 1 for a, b in pairwise(past)]
        moves = [move for move in moves if not math.isnan(move)]
        if costs.impact and volume > 0 and price > 0 and len(moves) >= 20:
            part = money / price / volume
            paid += costs.impact * statistics.stdev(moves) * math.sqrt(part) * money
        return paid

    return fee


def bisect(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a function that is below 0 at ``low`` and not at ``high``."""
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def left_after(
    base: float, weights: dict[int, float], held: dict[int, float], fee: Fee
) -> float | None:
    def over(left: float) -> float:
        return left + sum(fee(n, abs(weights[n] * left - held[n])) for n in weights) - base

    if all(abs(weights[n] * base - held[n]) <= DUST * base for n in weights):
        return base
    if over(0.0) > 0:
        return None
    return base if over(base) <= 0 else bisect(over, 0.0, base)


def whole(
    aims: dict[int, float],
    price: list[float],
    owned: dict[int, float],
    cash: float,
    floor: float,
    fee: Fee,
) -> tuple[dict[int, float], float]:
    def cost(new: dict[int, float]) -> float:
        return sum(
            fee(n, abs(new[n] - owned[n]) * price[n]) for n in new if abs(new[n] - owned[n]) > 0
        )

    def rest(new: dict[int, float]) -> float:
        return cash - sum((new[n] - owned[n]) * price[n] for n in new) - cost(new)

    exact = {n: aims[n] / price[n] for n in aims}
    new = {n: float(math.floor(exact[n] + 1e-9)) for n in aims}
    for n in sorted(new, key=lambda n: (new[n] - exact[n], n)):
        more = {**new, n: new[n] + 1}
        if exact[n] > new[n] and rest(more) >= max(floor, 0.0):
            new = more
    while rest(new) < 0 and any(new[n] > owned[n] for n in new):
        worst = max((n for n in new if new[n] > owned[n]), key=lambda n: (price[n], -n))
        new[worst] -= 1
    return (dict(owned), 0.0) if rest(new) < 0 else (new, cost(new))


def share(weights: list[float], listed: list[bool]) -> list[float]:
    there = sum(w for w, ok in zip(weights, listed, strict=True) if ok)
    if there <= 0:
        return [0.0] * len(weights)
    scale = 1.0 if all(listed) else sum(weights) / there
    return [w * scale if ok else 0.0 for w, ok in zip(weights, listed, strict=True)]


class Day:
    """Everything that can be done on one day, to ``shares`` and ``cash``."""

    def __init__(self, panel: Panel, costs: Costs, rounded: bool) -> None:
        self.panel, self.costs, self.rounded = panel, costs, rounded
        count = len(panel.symbols)
        self.shares, self.waiting, self.target = [0.0] * count, [0.0] * count, [0.0] * count
        self.cash, self.owed, self.unfinished = 0.0, 0.0, None
        self.assets = range(count)

    def start(self, row: int, flow: float) -> None:
        panel = self.panel
        self.fee = order_cost(panel, self.costs, row)
        self.cash *= 1 + float(panel.rate[row]) if row else 1
        self.price = [0.0 if math.isnan(p) else p for p in panel.mark[row].tolist()]
        self.listed = [
            not math.isnan(panel.mark[row, n]) and not 0 <= panel.last[n] <= row
            for n in self.assets
        ]
        self.open = [
            self.listed[n] and bool(panel.tradable[row, n]) and not math.isnan(panel.close[row, n])
            for n in self.assets
        ]
        self.spent, self.moved, self.deposit = 0.0, max(flow, 0.0), max(flow, 0.0)
        self.paid = [self.shares[n] * float(panel.dividends[row, n]) for n in self.assets]
        self.cash += sum(self.paid) + self.deposit
        self.owed += max(-flow, 0.0)
        for n in self.assets:
            if not self.listed[n]:
                self.cash += self.shares[n] * self.price[n]
                self.shares[n] = self.waiting[n] = 0.0

    def worth(self, n: int) -> float:
        return self.shares[n] * self.price[n]

    def value(self) -> float:
        return sum(self.worth(n) for n in self.assets) + self.cash

    def trade(self, n: int, shares: float) -> None:
        self.cash -= (shares - self.shares[n]) * self.price[n]
        self.shares[n] = shares

    def charge(self, money: float) -> None:
        self.cash -= money
        self.spent += money

    def pay(self, money: float) -> None:
        self.cash -= money
        self.moved -= money
        self.owed = max(self.owed - money, 0.0)

    def rebalance(self, wanted: list[float]) -> bool:
        reach = share(wanted, self.listed)
        base = self.value() - self.owed
        bound = sum(self.worth(n) for n in self.assets if not self.open[n])
        reserved = sum(reach[n] for n in self.assets if not self.open[n])
        if base < bound * (1 - DUST):
            return False
        moving = [n for n in self.assets if self.open[n] and (reach[n] > 0 or self.shares[n] > 0)]
        held = {n: self.worth(n) for n in moving}
        left = left_after(base, {n: reach[n] for n in moving}, held, self.fee)
        if left is not None and bound > reserved * left:
            rest = 1 - reserved
            reach = [w / rest if rest > 0 else 0.0 for w in reach]
            base = max(base - bound, 0.0)
            bound = 0.0
            left = left_after(base, {n: reach[n] for n in moving}, held, self.fee)
        if left is None:
            return False
        self.pay(self.owed)
        aims = {n: reach[n] * left for n in moving}
        if left < base or any(abs(aims[n] - held[n]) > DUST * self.value() for n in moving):
            cost = base - left
            new = {n: aims[n] / self.price[n] for n in moving}
            if self.rounded:
                owned = {n: self.shares[n] for n in moving}
                floor = max(left - sum(aims.values()) - bound, 0.0)
                new, cost = whole(aims, self.price, owned, self.cash, floor, self.fee)
            for n in moving:
                self.trade(n, new[n])
            self.charge(cost)
        goal = share(wanted, self.listed)
        value = self.value()
        missed = any(
            self.listed[n] and not self.open[n]
            and abs(goal[n] * value - self.worth(n)) > DUST * value
            for n in self.assets
        )  # fmt: skip
        self.unfinished = wanted if missed else None
        self.waiting = [0.0] * len(self.waiting)
        return True

    def withdraw(self) -> None:
        if self.owed <= 0:
            return
        ready = [n for n in self.assets if self.open[n] and self.shares[n] > 0]
        total = self.cash + sum(self.worth(n) for n in ready)

        def short(part: float) -> float:
            return self.owed + sum(self.fee(n, part * self.worth(n)) for n in ready) - part * total

        enough = total > 0 and short(1.0) <= 0
        if enough:
            part = bisect(lambda x: -short(x), self.owed / total, 1.0)
            selling = {n: part * self.shares[n] for n in ready}
            if self.rounded:
                selling = {n: float(math.ceil(q - 1e-9)) for n, q in selling.items()}
        else:
            selling = {
                n: self.shares[n] for n in ready if self.worth(n) > self.fee(n, self.worth(n))
            }
        cost = sum(self.fee(n, q * self.price[n]) for n, q in selling.items() if q > 0)
        for n, sold in selling.items():
            self.trade(n, self.shares[n] - sold)
        self.charge(cost)
        self.pay(min(self.owed, self.cash))
        stuck = any(self.shares[n] > 0 and not self.open[n] for n in self.assets)
        if enough or not stuck:
            self.owed = 0.0

    def buy(self, money: list[float]) -> None:
        for n in self.assets:
            if self.listed[n] and not self.open[n]:
                self.waiting[n] += money[n]
            elif self.listed[n] and money[n] > 0:
                spent = left_after(money[n], {n: 1.0}, {n: 0.0}, self.fee)
                if spent is None:
                    continue
                new, cost = spent / self.price[n], money[n] - spent
                if self.rounded:
                    new = float(math.floor(new + 1e-9))
                    cost = self.fee(n, new * self.price[n]) if new else 0.0
                self.trade(n, self.shares[n] + new)
                self.charge(cost)

    def invest(self, money: float) -> None:
        goal = share(self.target, self.listed)
        if money <= 0 or sum(goal) <= 0:
            return
        bought = {n: goal[n] for n in self.assets if self.open[n] and goal[n] > 0}
        left = left_after(money, bought, dict.fromkeys(bought, 0.0), self.fee)
        if left is None:
            return
        for n in self.assets:
            if n not in bought:
                self.waiting[n] += goal[n] * left
        aims = {n: w * left for n, w in bought.items()}
        new, cost = {n: aims[n] / self.price[n] for n in aims}, money - left
        if self.rounded:
            floor = max(left - sum(aims.values()), 0.0)
            new, cost = whole(aims, self.price, dict.fromkeys(aims, 0.0), money, floor, self.fee)
        for n in aims:
            self.trade(n, self.shares[n] + new[n])
        self.charge(cost)

    def go_on(self, was_open: list[bool], reinvest: bool) -> None:
        if self.unfinished is not None:
            meant = [self.unfinished[n] > 0 or self.shares[n] > 0 for n in self.assets]
            again = any(self.open[n] and meant[n] and not was_open[n] for n in self.assets)
            if again and self.rebalance(self.unfinished):
                return
            if all(self.open[n] or not self.listed[n] for n in self.assets):
                self.unfinished = None
        self.withdraw()
        if self.owed > 0:
            return
        ready = [self.waiting[n] if self.open[n] else 0.0 for n in self.assets]
        if sum(ready) > 0:
            self.waiting = [0.0 if self.open[n] else self.waiting[n] for n in self.assets]
            self.buy(self.affordable(ready))
        self.invest(min(self.deposit, max(self.cash, 0.0)))
        if reinvest and sum(self.paid) > 0:
            self.buy(self.affordable(self.paid))

    def affordable(self, money: list[float]) -> list[float]:
        scale = min(1.0, max(self.cash, 0.0) / sum(money))
        return [one * scale for one in money]


def run_plainly(
    panel: Panel,
    strategy: Strategy,
    rebalancing: Rebalancing,
    costs: Costs,
    *,
    flows: dict[int, float],
    whole_shares: bool,
    reinvest: bool,
    lag: int,
) -> Result:
    """``flows``: money by row, the capital among it."""
    day, result = Day(panel, costs, whole_shares), Result([], [], [], [], [])
    orders: dict[int, tuple[list[float], list[float]]] = {}
    wanted = [0.0] * len(panel.symbols)
    asked = set() if rebalancing.rows is None else set(rebalancing.rows(panel.days).tolist())
    decided, was_open = -1, [True] * len(panel.symbols)
    for row in range(len(panel.days)):
        day.start(row, flows.get(row, 0.0))
        done = False
        if row in orders:
            day.target, aims = orders[row]
            done = day.rebalance(aims)
        value = day.value()
        held = np.array([day.worth(n) / value if value > 0 else 0.0 for n in day.assets])
        since = -1 if decided < 0 else row - decided
        view = look(panel, row, held, value, np.array(wanted), since)
        due = row == 0 or row in asked
        if rebalancing.due is not None:
            due = row == 0 or rebalancing.due(view)
        chosen = strategy.choose(view) if due else None
        if isinstance(chosen, np.ndarray):
            wanted, decided = chosen.tolist(), row
            aimed = chosen
            if rebalancing.aim is not None and since >= 0:
                aimed = rebalancing.aim(view, chosen)
            if lag:
                orders[row + lag] = (wanted, aimed.tolist())
            else:
                day.target = wanted
                done = day.rebalance(aimed.tolist())
        if not done:
            day.go_on(was_open, reinvest)
        was_open = [
            bool(panel.tradable[row, n]) and not math.isnan(panel.close[row, n]) for n in day.assets
        ]
        result.values.append(day.value())
        result.costs.append(day.spent)
        result.cash.append(day.cash)
        result.flows.append(day.moved)
        result.shares.append(list(day.shares))
    return result
