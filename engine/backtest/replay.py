"""A person's own trades, followed day by day: what they were worth, earned and cost.

What counts as an external flow, and when within a day it counts, is as in ``engine.returns``: where
no deposits and withdrawals are recorded the portfolio is the shares alone, and what purchases and
fees cost comes in, what sales and dividends bring goes out. The gain of a purchase's first day is
from the person's own price to the close.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.backtest.journal import Journal, collect
from engine.backtest.lot_matching import Lots, match
from engine.backtest.path import Path
from engine.backtest.round_trips import RoundTrips, find_round_trips
from engine.ledger import USUAL_RULES, Kind, NoPrice, Rules, Trade
from engine.prices import Prices
from engine.returns import (
    Flow,
    NoReturn,
    Undefined,
    closes_on,
    daily_returns,
    money_weighted,
    valuation_days,
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """``shares``: (T, N) held at each close, in today's shares. ``fees``: all that were paid;
    ``realised`` and ``unrealised``, (N,), are after the fees of their own purchases and sales::

        last value - flows = realised + unrealised + dividends - fees that belong to no share
    """

    path: Path
    shares: Floats
    closed: Lots
    open: Lots  # ``proceeds`` is what they are worth
    trips: RoundTrips
    realised: Floats
    unrealised: Floats
    fees: float
    keeps_cash: bool  # whether the person records deposits or withdrawals
    inflows: Floats  # (T,) what came in each day, before what went out
    moved: Floats  # (B,) what each entry moved into the portfolio, negative: out of it
    journal: Journal
    carried: tuple[tuple[str, date], ...]  # days on which a held share had no close

    def money_weighted(self) -> float:
        """What the person earned a year (XIRR). Raises NoReturn."""
        own = zip(self.journal.days.tolist(), self.moved.tolist(), strict=True)
        flows = [Flow(day, amount) for day, amount in own if amount]
        last: date = self.path.days[-1].item()
        return money_weighted(flows, float(self.path.values[-1]), last)


def follow(
    trades: Iterable[Trade],
    prices: Prices,
    until: date,
    rules: Rules = USUAL_RULES,
    *,
    splits: Sequence[Trade] = (),
) -> Replayed:
    """``trades`` from the first day to ``until``, valued at ``prices``.

    ``prices`` are in the currency of the trades and adjusted for every split among ``trades``,
    also for those after ``until``, and for ``splits``, at which nothing was held. A day without a
    close of a held share uses its last one and says so in ``carried``. Raises NoReturn (ONE_SIGN)
    when nothing has happened, NoPrice for what was held while no close of it was known yet, and
    what ``book`` raises.
    """
    journal = collect(trades, until, splits)
    if not journal.trades:
        raise NoReturn(Undefined.ONE_SIGN)
    matched = match(journal, rules)
    days = valuation_days(prices, journal.days, until)
    # Trades of two time zones may have the order of their dates reversed, never that of booking.
    rows = np.maximum.accumulate(np.searchsorted(days, journal.days))
    shares = _held(journal, matched.after, rows, len(days))
    close, fresh = closes_on(journal.symbols, prices, days)
    needed = shares != 0
    unpriced = np.flatnonzero((needed & np.isnan(close)).any(axis=0))
    if unpriced.size:
        raise NoPrice(journal.symbols[unpriced[0]])
    worth = np.where(needed, shares * close, 0.0)
    path, moved = _path(journal, rows, days, worth)
    count = len(journal.symbols)
    parts = matched.parts
    still = parts.closed_by < 0
    value = np.where(still, parts.quantity * close[-1][parts.symbol], 0.0)
    held = parts.pick(still)
    held = replace(held, proceeds=value[still], closed=np.full(len(held.symbol), days[-1]))
    closed = parts.pick(~still)
    return Replayed(
        path=path,
        shares=shares,
        closed=closed,
        open=held,
        trips=find_round_trips(journal, matched, value),
        realised=_by_row(closed.gain, closed.symbol, count),
        unrealised=_by_row(held.gain, held.symbol, count),
        fees=float(path.costs.sum()),
        keeps_cash=journal.keeps_cash(),
        inflows=_by_row(np.maximum(moved, 0.0), rows, len(days)),
        moved=moved,
        journal=journal,
        carried=_carried(journal.symbols, days, needed & ~fresh),
    )


def _held(journal: Journal, after: Floats, rows: Ints, length: int) -> Floats:
    """Today's shares held at each close (T, N)."""
    orders = journal.orders()
    newest = np.zeros((length, len(journal.symbols)), dtype=np.int64)
    newest[rows[orders], journal.column[orders]] = np.arange(1, len(orders) + 1)
    np.maximum.accumulate(newest, axis=0, out=newest)
    held: Floats = np.concatenate(([0.0], after[orders]))[newest]
    return held


def _path(journal: Journal, rows: Ints, days: Days, worth: Floats) -> tuple[Path, Floats]:
    length = len(days)
    cash = journal.cash()
    amount = journal.quantity * journal.price
    keeps = journal.keeps_cash()
    moved = np.zeros(len(cash)) if keeps else -cash
    if keeps:
        for kind, sign in ((Kind.DEPOSIT, 1.0), (Kind.WITHDRAWAL, -1.0)):
            at = journal.of_kind(kind)
            moved[at] = sign * amount[at]
    costs = journal.fee.copy()
    alone, earned = journal.of_kind(Kind.FEE), journal.of_kind(Kind.INTEREST)
    costs[alone] += amount[alone]
    gained = np.zeros(len(cash))
    gained[earned] = amount[earned]
    inflows = _by_row(np.maximum(moved, 0.0), rows, length)
    outflows = _by_row(np.maximum(-moved, 0.0), rows, length)
    balance = np.cumsum(_by_row(cash, rows, length)) if keeps else np.zeros(length)
    values = worth.sum(axis=1) + balance
    path = Path(
        symbols=journal.symbols,
        days=days,
        values=values,
        flows=inflows - outflows,
        returns=daily_returns(values, inflows, outflows),
        worth=worth,
        traded=_by_cell(journal, journal.orders(), journal.sign * amount, rows, length),
        dividends=_by_cell(journal, journal.of_kind(Kind.DIVIDEND), amount, rows, length),
        cash=balance,
        interest=_by_row(gained, rows, length),
        costs=_by_row(costs, rows, length),
    )
    return path, moved


def _by_row(amounts: Floats, rows: Ints, length: int) -> Floats:
    return np.bincount(rows, weights=amounts, minlength=length).astype(np.float64)


def _by_cell(journal: Journal, entries: Ints, amounts: Floats, rows: Ints, length: int) -> Floats:
    """Sums of the amounts of ``entries`` by day and symbol (T, N)."""
    count = len(journal.symbols)
    cell = rows[entries] * count + journal.column[entries]
    sums = np.bincount(cell, weights=amounts[entries], minlength=length * count)
    return sums.astype(np.float64).reshape(length, count)


def _carried(symbols: tuple[str, ...], days: Days, stale: Flags) -> tuple[tuple[str, date], ...]:
    return tuple((symbols[n], days[row].item()) for row, n in np.argwhere(stale))
