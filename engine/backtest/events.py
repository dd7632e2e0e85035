"""The course of a portfolio event by event: for everything that depends on its size or its past."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Flags, Floats
from engine.backtest.account import Account
from engine.backtest.booking import Booked, interest_index
from engine.backtest.costs import Costs
from engine.backtest.declaration import (
    BadWeights,
    Flows,
    Kept,
    Rebalancing,
    Strategy,
    View,
    check_weights,
    look,
)
from engine.backtest.panel import Panel
from engine.backtest.path import Note


@dataclass(frozen=True, slots=True)
class Terms:
    """What ``simulate`` was asked for; ``flows``: (T,) by row, the capital among them."""

    panel: Panel
    strategy: Strategy
    rebalancing: Rebalancing
    costs: Costs
    flows: Floats
    whole: bool
    reinvest: bool
    lag: int


def money_by_row(flows: Flows, count: int, capital: float) -> Floats:
    """(T,) of what comes in on each row, ``capital`` on the first."""
    moved = np.bincount(flows.rows, weights=flows.amounts, minlength=count).astype(np.float64)
    moved[0] += capital
    return moved


def run(terms: Terms) -> tuple[Booked, tuple[Note, ...]]:
    """Every row on which something happens, in order."""
    course = _Course(terms)
    for row in range(len(terms.panel.days)):
        if course.stops[row]:
            course.visit(row)
    return course.booked(), tuple(course.account.notes)


@dataclass(slots=True)
class _Course:
    terms: Terms
    account: Account = field(init=False)
    stops: Flags = field(init=False)  # (T,) rows to visit
    asked: Flags = field(init=False)  # (T,) rows of the calendar
    chosen: Floats = field(init=False)  # (N,) what the strategy last wanted
    orders: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)  # by row of the fill
    decided: int = -1  # row of the last rebalancing
    index: Floats = field(init=False)
    before: int = 0
    log: list[tuple[int, Floats, float, Floats, Floats, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        panel, terms = self.terms.panel, self.terms
        count, width = len(panel.days), len(panel.symbols)
        none = np.zeros(width)
        self.account = Account(panel, terms.costs, terms.whole, none, none.copy(), none.copy())
        self.chosen = none.copy()
        self.index = interest_index(panel)
        self.asked = np.zeros(count, np.bool_)
        self.asked[0] = True
        if terms.rebalancing.rows is not None:
            self.asked[terms.rebalancing.rows(panel.days)] = True
        self.stops = self.asked | (terms.flows != 0.0) | panel.dividends.any(axis=1)
        self.stops[[row for row in panel.last if row >= 0]] = True
        if terms.rebalancing.due is not None:
            self.stops[:] = True

    def visit(self, row: int) -> None:
        account, terms = self.account, self.terms
        account.begin(row, float(self.index[row] / self.index[self.before]), terms.flows[row])
        deposit = account.flow
        done = row in self.orders and self._fill(*self.orders.pop(row))
        weights = self._decide(row)
        if weights is not None:
            if terms.lag == 0:
                done = self._fill(self.chosen, weights)
            elif row + terms.lag < len(self.stops):
                self.orders[row + terms.lag] = (self.chosen, weights)
                self.stops[row + terms.lag] = True
        if not done:
            self._carry_on(deposit)
        if account.waiting.any() or account.owed > 0.0 or account.unfinished is not None:
            self.stops[row + 1 : row + 2] = True
        self.before = row
        self.log.append(
            (
                row,
                account.shares,
                account.cash,
                account.traded,
                account.dividends,
                account.cost,
                account.flow,
            )
        )

    def booked(self) -> Booked:
        rows, shares, cash, traded, dividends, costs, flows = zip(*self.log, strict=True)
        return Booked(
            np.array(rows, np.int64),
            np.array(shares),
            np.array(cash),
            np.array(traded),
            np.array(dividends),
            np.array(costs),
            np.array(flows),
        )

    def _view(self, row: int) -> View:
        account = self.account
        value = account.value()
        held = account.worth() / value if value > 0.0 else np.zeros(len(account.shares))
        since = -1 if self.decided < 0 else row - self.decided
        panel = self.terms.panel
        return look(panel, row, held, value, self.chosen.copy(), since, account.listed)

    def _decide(self, row: int) -> Floats | None:
        """The weights to trade to, if this is a day to rebalance and the strategy wants to."""
        rule = self.terms.rebalancing
        if rule.due is None and not self.asked[row]:
            return None
        view = self._view(row)
        if rule.due is not None and row > 0 and not rule.due(view):
            return None
        chosen = self.terms.strategy.choose(view)
        if chosen is None or isinstance(chosen, Kept):
            if chosen is not None:
                self.account.note("kept", why=chosen.what, **chosen.facts)
            return None
        self.chosen = self._checked(chosen)
        self.decided = row
        if rule.aim is None or view.since < 0:
            return self.chosen
        return self._checked(rule.aim(view, self.chosen))

    def _checked(self, weights: Floats) -> Floats:
        symbols = self.terms.panel.symbols
        fit = check_weights(weights, symbols)
        absent = (fit > 0.0) & ~self.account.listed
        if absent.any():
            named = tuple(symbols[n] for n in np.flatnonzero(absent).tolist())
            raise BadWeights("no price", named, float(fit.sum()))
        return fit

    def _fill(self, target: Floats, weights: Floats) -> bool:
        """Rebalance to ``weights``; money that comes later goes to ``target``."""
        self.account.target = target
        done = self.account.rebalance(weights)
        if not done and self.account.owed == 0.0 and self.account.value() > 0.0:
            self.account.note("too dear", money=self.account.value())
        return done

    def _carry_on(self, deposit: float) -> None:
        """A row without a rebalancing: repeat one that was not finished, or use the new money."""
        account = self.account
        if account.unfinished is not None:
            goal = account.unfinished
            meant = (goal > 0.0) | (account.shares > 0.0)
            if (account.open & meant & self._stuck()).any() and account.rebalance(goal):
                return
            if not (account.listed & ~account.open).any():
                account.unfinished = None
        account.withdraw()
        if account.owed == 0.0:
            account.buy_waiting()
            account.invest(min(deposit, max(account.cash, 0.0)))
            if self.terms.reinvest:
                account.reinvest()

    def _stuck(self) -> Flags:
        """(N,) what could not be traded on the row before."""
        panel = self.terms.panel
        row = self.before
        stuck: Flags = ~panel.tradable[row] | np.isnan(panel.close[row])
        return stuck
