"""A ledger rewritten as if some of its trades had not been made, or not then.

Honest money. A sale that is left out brings nothing and its shares stay; a purchase that is left
out costs nothing and its shares are not there. At the close of the day on which the undoing ends,
what was kept is sold and what is missing is bought, so that from then on the person holds what they
really held and only the money differs. Until then:

- a later sale of shares that are not there is cut to those that are, and the undoing of as many
  ends with it
- a dividend is paid on the shares that are held instead (of shares kept after the person had sold
  out nothing is known, and nothing is paid)
- a split of shares of which none are held is not booked, and given back in ``splits``
- the fee of what is left out is not paid; it is paid when the trade is made later, unless ``free``
- the money of a purchase may go into the ``market`` meanwhile, with the fee of the purchase;
  the way back costs nothing, because the end of a horizon is where one stops measuring

Cash is not looked at here: see ``engine.backtest.what_if``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter
from uuid import UUID

import numpy as np

from engine.amounts import EXACT, ZERO, scaled, share, split_ratio
from engine.arrays import Ints
from engine.ledger import Kind, Rules, Trade, in_order
from engine.prices import Prices

_FIRST_ID = 0xB << 124  # of trades that nobody made
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Undo:
    """Purchases and sales that are left out together, wholly or in part (a share up to 1)."""

    parts: tuple[tuple[UUID, float], ...]
    until: date | None = None  # made at the close of this day after all; None: never
    market: bool = False  # the money of purchases is in the market until then
    free: bool = False  # what is made later costs no fee


@dataclass(frozen=True, slots=True)
class Rewritten:
    trades: tuple[Trade, ...]
    splits: tuple[Trade, ...]  # at which nothing is held any more
    left_out: frozenset[UUID]  # trades of the person, wholly or in part
    cut: frozenset[UUID]  # those that no longer fit, wholly or in part
    added: int  # trades that nobody made


def rewrite(
    trades: Iterable[Trade],
    undos: Sequence[Undo],
    prices: Prices,
    until: date,
    rules: Rules,
    market: str = "",
) -> Rewritten:
    """``trades`` up to ``until`` with ``undos``. ``market``: the symbol of ``prices`` that stands
    for it. Where two of ``undos`` name a trade, the first counts. Raises ImpossibleTrade."""
    ordered = in_order(trades)
    closes = _Closes(prices, [t for t in ordered if t.kind is Kind.SPLIT])
    with localcontext(EXACT):
        work = _Rewriting(undos, closes, rules, market)
        for trade in ordered:
            if trade.at.date() > until:
                if trade.kind is Kind.SPLIT:
                    work.splits.append(trade)
                continue
            work.end_before(trade.at)
            work.enter(trade)
        work.end_before(_evening(min(until, prices.last_day or until)), also=True)
    return Rewritten(
        tuple(work.made),
        tuple(work.splits),
        frozenset(work.left_out),
        frozenset(work.cut),
        work.added,
    )


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59, 999_999), UTC)


class _Closes:
    """Last known closes, in the shares of their own day."""

    def __init__(self, prices: Prices, splits: Sequence[Trade]) -> None:
        self._prices, self._splits = prices, splits
        self._rows: dict[str, Ints] = {}

    def at(self, symbol: str, day: date) -> Decimal | None:
        if symbol not in self._prices:
            return None
        column = self._prices.close[:, self._prices.column(symbol)]
        if symbol not in self._rows:
            known = np.where(np.isnan(column), -1, np.arange(len(column)))
            self._rows[symbol] = np.maximum.accumulate(known)
        row = self._prices.row_at(day)
        latest = int(self._rows[symbol][row]) if row >= 0 else -1
        if latest < 0:
            return None
        close = float(column[latest])
        for split in self._splits:
            if split.symbol == symbol and split.at.date() > day:
                close *= float(split_ratio(split.quantity))
        return Decimal(f"{close:.10f}")


@dataclass(slots=True)
class _Gap:
    """How far the changed ledger is off, by one trade left out, in shares of the moment."""

    symbol: str
    extra: Decimal
    missing: Decimal
    fee: Decimal
    units: Decimal = ZERO  # of the market


class _Rewriting:
    """Held = really held + all that is extra - all that is missing, for each symbol."""

    def __init__(self, undos: Sequence[Undo], closes: _Closes, rules: Rules, market: str) -> None:
        self._undos: dict[UUID, tuple[Undo, float]] = {}
        for undo in undos:
            for id, part in undo.parts:
                self._undos.setdefault(id, (undo, part))
        self._closes, self._short, self._market = closes, rules.allow_short, market
        self._actual: dict[str, Decimal] = defaultdict(Decimal)
        self._held: dict[str, Decimal] = defaultdict(Decimal)
        self._gaps: dict[str, list[_Gap]] = defaultdict(list)
        self._ends: list[tuple[date, int, _Gap]] = []
        self._traded: set[str] = set()
        self.made: list[Trade] = []
        self.splits: list[Trade] = []
        self.left_out: set[UUID] = set()
        self.cut: set[UUID] = set()
        self.added = 0

    def enter(self, trade: Trade) -> None:
        if trade.kind is Kind.BUY or trade.kind is Kind.SELL:
            self._order(trade)
        elif trade.kind is Kind.SPLIT:
            self._split(trade)
        elif trade.kind is Kind.DIVIDEND:
            self._dividend(trade)
        else:
            self.made.append(trade)

    def end_before(self, moment: datetime, also: bool = False) -> None:
        """End what ends before ``moment``; ``also`` at it."""
        while self._ends:
            day = self._ends[0][0]
            if _evening(day) > moment or (not also and _evening(day) == moment):
                return
            ended = []
            while self._ends and self._ends[0][0] == day:
                ended.append(heappop(self._ends)[2])
            ended.sort(key=attrgetter("symbol"))
            for symbol, gaps in groupby(ended, key=attrgetter("symbol")):
                self._end(symbol, list(gaps), day)

    def _order(self, trade: Trade) -> None:
        symbol, sign = trade.symbol, 1 if trade.kind is Kind.BUY else -1
        undo, part = self._undos.get(trade.id, (None, 0.0))
        out = trade.quantity if part >= 1.0 else share(trade.quantity, Decimal(repr(part)), _ONE)
        stays = trade.quantity - out
        actual, held = self._actual[symbol], self._held[symbol]
        closing = min(stays, abs(actual)) if actual * sign < 0 else ZERO
        room = abs(held) if held * sign < 0 else ZERO
        lacking = max(closing - room, ZERO)
        if lacking:
            self.cut.add(trade.id)
            self._give_up(symbol, lacking, sign > 0, trade.at)
        done = stays - lacking
        self._actual[symbol] = actual + sign * trade.quantity
        if done == trade.quantity:
            self._book(trade)
        elif done:
            fee = share(trade.fee, done, trade.quantity)
            self._book(replace(trade, quantity=done, fee=fee))
        if undo is not None and out:
            self._leave_out(trade, undo, out)

    def _leave_out(self, trade: Trade, undo: Undo, out: Decimal) -> None:
        self.left_out.add(trade.id)
        buys = trade.kind is Kind.BUY
        fee = ZERO if undo.free else share(trade.fee, out, trade.quantity)
        gap = _Gap(trade.symbol, ZERO if buys else out, out if buys else ZERO, fee)
        self._gaps[trade.symbol].append(gap)
        if buys and undo.market:
            close = self._closes.at(self._market, trade.at.date())
            gap.units = share(out * trade.price, _ONE, close) if close else ZERO
            if gap.units and close is not None:
                self._add(Kind.BUY, self._market, gap.units, close, fee, trade.at)
                gap.fee = ZERO
        if undo.until is not None:
            heappush(self._ends, (max(undo.until, trade.at.date()), len(self.left_out), gap))

    def _give_up(self, symbol: str, amount: Decimal, extra: bool, at: datetime) -> None:
        """Close gaps by ``amount`` without a trade in ``symbol``: oldest first."""
        for gap in self._gaps[symbol]:
            there = gap.extra if extra else gap.missing
            taken = min(amount, there)
            if not taken:
                continue
            amount -= taken
            units = gap.units if taken == there else share(gap.units, taken, there)
            gap.fee -= share(gap.fee, taken, there)
            gap.units -= units
            if extra:
                gap.extra -= taken
            else:
                gap.missing -= taken
            self._leave_market(units, at)
        self._gaps[symbol] = [gap for gap in self._gaps[symbol] if gap.extra or gap.missing]

    def _end(self, symbol: str, gaps: list[_Gap], day: date) -> None:
        close, at = self._closes.at(symbol, day), _evening(day)
        if close is None:
            return  # not known what it would be bought or sold for: it goes on
        net = sum((gap.extra - gap.missing for gap in gaps), ZERO)
        fee = sum((gap.fee for gap in gaps), ZERO)
        units = sum((gap.units for gap in gaps), ZERO)
        for gap in gaps:
            gap.extra = gap.missing = gap.units = ZERO
        self._gaps[symbol] = [gap for gap in self._gaps[symbol] if gap.extra or gap.missing]
        self._leave_market(units, at)
        if net > 0:
            sold = net if self._short else min(net, max(self._held[symbol], ZERO))
            if sold < net:
                self._give_up(symbol, net - sold, False, at)
            if sold:
                self._add(Kind.SELL, symbol, sold, close, fee, at)
        elif net:
            self._add(Kind.BUY, symbol, -net, close, fee, at)

    def _leave_market(self, units: Decimal, at: datetime) -> None:
        units = min(units, max(self._held[self._market], ZERO))  # a split may have rounded them
        close = self._closes.at(self._market, at.date()) if units else None
        if close is not None:
            self._add(Kind.SELL, self._market, units, close, ZERO, at)

    def _split(self, trade: Trade) -> None:
        symbol, ratio = trade.symbol, split_ratio(trade.quantity)
        self._actual[symbol] = scaled(self._actual[symbol], ratio)
        held = scaled(self._held[symbol], ratio)
        for gap in self._gaps[symbol]:
            gap.extra, gap.missing = scaled(gap.extra, ratio), scaled(gap.missing, ratio)
        if symbol == self._market:
            for gap in (one for gaps in self._gaps.values() for one in gaps):
                gap.units = scaled(gap.units, ratio)
        if held:
            self._held[symbol] = held
            self.made.append(trade)
        else:
            self.splits.append(trade)

    def _dividend(self, trade: Trade) -> None:
        actual, held = self._actual[trade.symbol], self._held[trade.symbol]
        if actual and actual != held:
            quantity = share(trade.quantity, held, actual) if held * actual > 0 else ZERO
            if quantity:
                self.made.append(replace(trade, quantity=quantity))
        elif trade.symbol in self._traded:
            self.made.append(trade)

    def _add(
        self, kind: Kind, symbol: str, quantity: Decimal, price: Decimal, fee: Decimal, at: datetime
    ) -> None:
        self.added += 1
        self._book(Trade(UUID(int=_FIRST_ID + self.added), at, kind, symbol, quantity, price, fee))

    def _book(self, trade: Trade) -> None:
        sign = 1 if trade.kind is Kind.BUY else -1
        self._held[trade.symbol] += sign * trade.quantity
        self._traded.add(trade.symbol)
        self.made.append(trade)
