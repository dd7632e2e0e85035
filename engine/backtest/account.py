"""Shares and cash in the course of a simulation, and everything that is done with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.backtest.charges import DUST, Charges, part_to_sell, round_down, settle, spendable
from engine.backtest.costs import Costs
from engine.backtest.declaration import spread
from engine.backtest.panel import Panel
from engine.backtest.path import Note
from engine.backtest.pressure import press


@dataclass(slots=True)
class Account:
    """The state at the close of ``row``; ``traded`` to ``flow`` are of that row alone.

    ``waiting``: (N,) money meant for what could not be traded; ``owed``: still to be paid out;
    ``unfinished``: weights that could not be reached for want of trading.
    """

    panel: Panel
    charged: Costs
    whole: bool
    shares: Floats
    waiting: Floats
    target: Floats
    cash: float = 0.0
    owed: float = 0.0
    unfinished: Floats | None = None
    row: int = 0
    prices: Floats = field(init=False)
    listed: Flags = field(init=False)
    open: Flags = field(init=False)
    charges: Charges = field(init=False)
    traded: Floats = field(init=False)
    dividends: Floats = field(init=False)
    cost: float = 0.0
    flow: float = 0.0
    notes: list[Note] = field(default_factory=list)
    _listed: Flags = field(init=False)  # (T, N)
    _open: Flags = field(init=False)
    _marks: Floats = field(init=False)
    _pays: Flags = field(init=False)  # (T,)

    def __post_init__(self) -> None:
        panel = self.panel
        last = np.array(panel.last, np.int64)
        rows = np.arange(len(panel.days))[:, None]
        begun: Flags = ~np.isnan(panel.mark)
        self._listed = begun & ((last < 0) | (last > rows))
        self._open = panel.tradable & self._listed & ~np.isnan(panel.close)
        self._marks = np.nan_to_num(panel.mark)
        self._pays = np.asarray(panel.dividends.any(axis=1), np.bool_)
        self.traded = self.dividends = np.zeros(len(self.shares))

    def begin(self, row: int, growth: float, flow: float) -> None:
        """Come to ``row``: cash has grown, dividends and deposits arrive, dead assets are paid."""
        panel = self.panel
        self.row, self.cash, self.cost, self.flow = row, self.cash * growth, 0.0, max(flow, 0.0)
        self.prices, self.listed, self.open = self._marks[row], self._listed[row], self._open[row]
        self.charges = Charges(self.charged, press(panel, row, self.charged.impact))
        none = np.zeros(len(self.shares))
        self.dividends = self.shares * panel.dividends[row] if self._pays[row] else none
        self.cash += self.flow + float(self.dividends.sum())
        self.owed += max(-flow, 0.0)
        self.traded = none
        gone = ~self.listed & ((self.shares > 0.0) | (self.waiting > 0.0))
        if gone.any():
            self.waiting = np.where(gone, 0.0, self.waiting)
            paid = self.shares * self.prices * gone
            for n in np.flatnonzero(paid).tolist():
                self.note("paid out", symbol=panel.symbols[n], money=float(paid[n]))
            self._exchange(np.where(gone, 0.0, self.shares), -paid, 0.0)

    def worth(self) -> Floats:
        return self.shares * self.prices

    def value(self) -> float:
        return float(self.worth().sum()) + self.cash

    def rebalance(self, wanted: Floats) -> bool:
        """Pay what is owed and bring everything to ``wanted`` (N,) of what is left; whether it
        could be done: not if the costs are more than there is."""
        reach = spread(wanted, self.listed)
        worth, base = self.worth(), self.value() - self.owed
        stuck = ~self.open & (worth > 0.0)
        bound, reserved = float(worth[stuck].sum()), float(reach[~self.open].sum())
        if base < bound * (1.0 - DUST):
            return False
        left = self._left(base, reach, worth)
        if left is not None and bound > reserved * left:
            # More than its share cannot be sold: the others share what is left, in proportion.
            scale = 1.0 - reserved
            reach = np.where(self.open, reach / scale if scale > 0.0 else 0.0, 0.0)
            base, bound = max(base - bound, 0.0), 0.0
            left = self._left(base, reach, worth)
        if left is None:
            return False
        aims = np.where(self.open, reach * left, worth)
        spare = max(left - float(aims[self.open].sum()) - bound, 0.0)
        self._pay(self.owed)
        self._reach(aims, spare, base - left)
        self.waiting = np.zeros(len(worth))
        self._remember(wanted)
        return True

    def _remember(self, wanted: Floats) -> None:
        """Note what could not be brought to ``wanted`` because it is not open."""
        value = self.value()
        apart = np.abs(spread(wanted, self.listed) * value - self.worth()) > DUST * value
        missed = apart & ~self.open & self.listed
        if missed.any() and self.unfinished is None:
            named = [self.panel.symbols[n] for n in np.flatnonzero(missed).tolist()]
            self.note("waits", symbols=" ".join(named))
        self.unfinished = wanted if missed.any() else None

    def withdraw(self) -> None:
        """Pay what is owed out of cash and of everything that is open, in proportion."""
        if self.owed <= 0.0:
            return
        worth = np.where(self.open, self.worth(), 0.0)
        held = worth > 0.0
        charges = self.charges.only(held)
        part = part_to_sell(self.owed, self.cash, worth[held], charges)
        sold = np.zeros(len(worth))
        if part is not None:
            sold[held] = part * self.shares[held]
            if self.whole:
                sold = np.ceil(sold - 1e-9)
        else:
            net = worth[held] - charges.of(worth[held])
            sold[held] = np.where(net > 0.0, self.shares[held], 0.0)
        money = sold * self.prices
        ordered = money > 0.0
        cost = float(self.charges.only(ordered).of(money[ordered]).sum())
        kept = 0.0 if part is None else (1.0 - part) * self.cash
        self._exchange(self.shares - sold, -money, cost)
        self._pay(min(self.owed, self.cash))
        if part is not None:
            self.owed = 0.0  # but for rounding it is
            self.cash = self.cash if self.whole else kept
        elif self.owed > 0.0 and not (~self.open & (self.shares > 0.0)).any():
            self.note("ran out", missing=self.owed)
            self.owed = 0.0

    def invest(self, money: float) -> None:
        """Buy for ``money``, costs included, in proportion to the target."""
        goal = spread(self.target, self.listed)
        if money <= 0.0 or not goal.any():
            return
        bought = self.open & (goal > 0.0)
        charges = self.charges.only(bought)
        left = settle(money, goal[bought], np.zeros(int(bought.sum())), charges)
        if left is None:
            self.note("too dear", money=money)
            return
        self.waiting += np.where(bought, 0.0, goal * left)
        aims = goal[bought] * left
        spare = max(left - float(aims.sum()), 0.0)
        prices = self.prices[bought]
        new, cost = aims / prices, money - left
        if self.whole:
            new, cost = round_down(aims, prices, np.zeros(len(aims)), money, spare, charges)
        self._add(bought, new, cost)

    def buy(self, money: Floats) -> None:
        """Buy each asset for its ``money`` (N,), costs included; what is not open waits."""
        self.waiting += np.where(self.open | ~self.listed, 0.0, money)
        for n in np.flatnonzero(self.open & (money > 0.0)).tolist():
            charges = self.charges.only(np.array([n]))
            spent = spendable(float(money[n]), charges)
            new = spent / self.prices[n]
            new = np.floor(new + 1e-9) if self.whole else new
            paid = np.array([new * self.prices[n]])
            if new > 0.0:
                cost = float(charges.of(paid)[0]) if self.whole else float(money[n]) - spent
                self._add(np.array([n]), np.array([new]), cost)

    def buy_waiting(self) -> None:
        """Carry out what waited and is open now, as far as the cash goes."""
        if not self.waiting.any():
            return
        ready = np.where(self.open, self.waiting, 0.0)
        total = float(ready.sum())
        if total <= 0.0:
            return
        self.waiting = np.where(self.open, 0.0, self.waiting)
        self.buy(self._affordable(ready))

    def reinvest(self) -> None:
        """Buy for each dividend of the day what paid it, as far as the cash goes."""
        if self.dividends.any():
            self.buy(self._affordable(self.dividends))

    def _affordable(self, money: Floats) -> Floats:
        return money * min(1.0, max(self.cash, 0.0) / float(money.sum()))

    def note(self, what: str, **facts: float | str) -> None:
        self.notes.append(Note(str(self.panel.days[self.row]), what, facts))

    def _left(self, base: float, reach: Floats, worth: Floats) -> float | None:
        """What is left of ``base`` after the orders; all of it where none is more than dust."""
        moved = self.open & ((reach > 0.0) | (worth > 0.0))
        apart = np.abs(reach * base - worth)[moved]
        if not (apart > DUST * base).any():
            return base
        return settle(base, reach[moved], worth[moved], self.charges.only(moved))

    def _reach(self, aims: Floats, spare: float, cost: float) -> None:
        """Bring what is open to ``aims`` (N,) money; ``spare`` is the cash after it."""
        at = self.open & ((aims > 0.0) | (self.shares > 0.0))
        if cost == 0.0 and not (np.abs(aims - self.worth())[at] > DUST * self.value()).any():
            return
        prices, owned = self.prices[at], self.shares[at]
        if self.whole:
            charges = self.charges.only(at)
            new, cost = round_down(aims[at], prices, owned, self.cash, spare, charges)
            self._add(at, new - owned, cost)
            return
        shares = self.shares.copy()
        shares[at] = aims[at] / prices
        self._exchange(shares, (shares - self.shares) * self.prices, cost)
        self.cash = spare  # the same but for rounding, and never below zero

    def _add(self, at: Flags | Ints, new: Floats, cost: float) -> None:
        shares = self.shares.copy()
        shares[at] += new
        self._exchange(shares, (shares - self.shares) * self.prices, cost)

    def _exchange(self, shares: Floats, money: Floats, cost: float) -> None:
        self.shares = shares
        self.traded = self.traded + money
        self.cost += cost
        after = self.cash - float(money.sum()) - cost
        dust = DUST * float((shares * self.prices).sum() + np.abs(money).sum())
        self.cash = 0.0 if -dust < after < 0.0 else after

    def _pay(self, money: float) -> None:
        self.cash -= money
        self.flow -= money
        self.owed = max(self.owed - money, 0.0)
