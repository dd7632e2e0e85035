"""One person's record, prepared once: decisions, which of them count, and the market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context
from engine.record.convention import DISCRETIONARY, Convention
from engine.record.discretion import find_discretionary
from engine.record.fills import Fills, collect_fills
from engine.record.market import Market, open_market
from engine.record.purchases import Purchases, model_purchases
from engine.record.quotes import Quotes
from engine.record.reconstruction import History, reconstruct
from engine.record.signals import Signals, read_signals, read_today

DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Record:
    """What every bias detector is given. What several of them need is worked out once."""

    fills: Fills
    convention: Convention
    history: History
    discretionary: Flags  # (E,), of history.decisions
    market: Market
    until: date
    horizon: int  # trading days over which costs are measured
    context: Context = NOTHING_ELSE
    given_signals: Signals | None = None  # where they were worked out for many people at once
    since: date | None = None  # what lies before is held, not looked at; None: from the beginning

    @cached_property
    def signals(self) -> Signals:
        """What each share looked like before the open of each day."""
        if self.given_signals is not None:
            return self.given_signals
        return read_signals(self.market.prices)

    @cached_property
    def today(self) -> Signals:
        """The same for the day on which the record ends: one row, of what was known before it."""
        return read_today(self.market.prices, self.until)

    @cached_property
    def purchases(self) -> Purchases:
        """What was bought among all that could have been, fitted once for all who ask."""
        return model_purchases(self)

    def benchmark(self, row: Ints, horizon: int) -> Floats:
        """Return of the benchmark over ``horizon`` rows after each row; NaN where not complete.

        The symbol of the context where it has prices, else the mean of all symbols with prices.
        """
        prices, named = self.market.prices, self.context.benchmark
        if named is None or named not in prices:
            return self.market.benchmark(row, horizon)
        close = prices.close[:, prices.column(named)]
        found = np.full(row.shape, np.nan)
        complete = (row >= 0) & (row + horizon < len(close))
        start = row[complete]
        found[complete] = close[start + horizon] / close[start] - 1.0
        return found

    def within(self, first: date, last: date) -> Record:
        """The same with only the decisions of ``first`` to ``last`` counted, and the portfolio's
        days from ``first`` on; what was held, and at what cost, comes from the whole record."""
        days = self.history.days[self.history.decisions.day]
        inside = (days >= np.datetime64(first, "D")) & (days <= np.datetime64(last, "D"))
        counted = self.discretionary & inside
        return replace(self, discretionary=counted, given_signals=self.signals, since=first)

    def under(self, convention: Convention) -> Record:
        """The same trades reconstructed in another way."""
        history = reconstruct(self.fills, convention)
        counted = find_discretionary(history, convention)
        return replace(self, convention=convention, history=history, discretionary=counted)

    def row_of(self, day: Ints) -> Ints:
        """Rows of the prices for day indices of the history; -1 before the first price."""
        return self.market.rows(self.history.days[day])

    def years(self, horizon: int) -> float:
        """How long trades were watched whose return over ``horizon`` rows is known by now.

        At least a month, so that the costs of a short record are not blown up.
        """
        last_row = self.market.length - 1 - horizon
        if not len(self.history.days) or last_row < 0:
            return 1 / 12
        last = min(self.history.days[-1], self.market.prices.days[last_row])
        days = int((last - self.history.days[0]).astype(np.int64)) + 1
        return max(days / DAYS_PER_YEAR, 1 / 12)

    def span(self) -> tuple[int, int]:
        """First row of the record and its length in trading days."""
        if not len(self.history.days) or not self.market.length:
            return 0, 1
        rows = self.market.rows(self.history.days[[0, -1]])
        first = max(int(rows[0]), 0)
        return first, max(int(rows[1]) - first + 1, 1)

    def quantities(self, days: Ints) -> Floats:
        """Shares held after the end of each day (days since 1970, (M,)): (M, N)."""
        steps, own = self.history.steps, self.history.days.astype(np.int64)
        held = np.zeros((len(days), len(self.history.symbols)))
        bounds = np.searchsorted(steps.symbol, np.arange(len(self.history.symbols) + 1))
        for n in range(len(self.history.symbols)):
            begin, end = int(bounds[n]), int(bounds[n + 1])
            if begin == end:
                continue
            place = np.searchsorted(own[steps.day[begin:end]], days, side="right") - 1
            held[:, n] = np.where(place >= 0, steps.quantity[begin:end][place], 0.0)
        return held


def prepare(
    trades: Sequence[Trade],
    prices: Prices,
    *,
    until: date,
    horizon: int = 63,
    convention: Convention = DISCRETIONARY,
    quotes: Quotes | None = None,
    context: Context = NOTHING_ELSE,
    signals: Signals | None = None,
) -> Record:
    """Everything that can be known of ``trades`` at the end of ``until``, and nothing later.

    ``signals``: those of ``prices``, where many people are looked at on one market; rows after
    ``until`` are never read.
    """
    fills = collect_fills(trades, until)
    history = reconstruct(fills, convention)
    market = open_market(
        prices.until(until), history.symbols, None if quotes is None else quotes.until(until)
    )
    return Record(
        fills=fills,
        convention=convention,
        history=history,
        discretionary=find_discretionary(history, convention),
        market=market,
        until=until,
        horizon=horizon,
        context=context.until(until),
        given_signals=signals,
    )
