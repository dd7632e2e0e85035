"""From fills to decisions: what was held on each trading day, and what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.record.convention import Convention
from engine.record.fills import Dropped, Fills
from engine.record.positions import Position, new_position


@dataclass(frozen=True, slots=True)
class Decisions:
    """E decisions: the fills of one day, symbol and side. Arrays of shape (E,)."""

    day: Ints  # index into History.days
    symbol: Ints
    side: Ints  # +1 buy, -1 sell
    quantity: Floats
    value: Floats  # money
    price: Floats  # average, or of the first fill (Convention.first_fill)
    fee: Floats
    held: Floats  # signed quantity just before
    cost: Floats  # per share just before (of the shares sold, under FIFO)
    opened: Ints  # day index on which the position was opened; -1 when none was held
    moment: Floats  # of the first fill, seconds since 1970 UTC
    closes: Flags
    planned: Flags
    ids: tuple[str, ...]  # of the first fill


@dataclass(frozen=True, slots=True)
class Holdings:
    """H pairs (day, symbol) held at the open of a day on which something was traded: (H,)."""

    day: Ints
    symbol: Ints
    quantity: Floats  # signed
    cost: Floats
    opened: Ints


@dataclass(frozen=True, slots=True)
class Steps:
    """How much was held from the end of a day on: (S,), sorted by symbol and day."""

    day: Ints
    symbol: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True)
class History:
    symbols: tuple[str, ...]
    days: Days
    decisions: Decisions
    holdings: Holdings
    steps: Steps
    final: tuple[
        tuple[int, float, float, int], ...
    ]  # open at the end: symbol, quantity, cost, opened
    dropped: tuple[Dropped, ...]


def reconstruct(fills: Fills, convention: Convention) -> History:
    """Decisions and holdings under ``convention`` (biases.md 0.2).

    Fees are part of the cost of what is bought and of the proceeds of what is sold short.
    """
    replay = _Replay(convention, len(fills.days))
    rows = zip(
        fills.symbol.tolist(),
        fills.day.tolist(),
        fills.side.tolist(),
        fills.quantity.tolist(),
        fills.price.tolist(),
        fills.fee.tolist(),
        fills.moment.tolist(),
        fills.planned.tolist(),
        fills.ids,
        fills.place.tolist(),
        strict=True,
    )
    for symbol, of_symbol in groupby(rows, key=lambda row: row[0]):
        replay.follow(symbol, of_symbol)
    return replay.history(fills)


_Fill = tuple[int, int, int, float, float, float, float, bool, str, int]


@dataclass(slots=True)
class _Draft:
    """A decision while its fills come in."""

    day: int
    symbol: int
    side: int
    held: float
    cost: float
    opened: int
    moment: float
    planned: bool
    id: str
    place: int
    first_price: float
    quantity: float = 0.0
    value: float = 0.0
    fee: float = 0.0
    closes: bool = False


@dataclass(slots=True)
class _Replay:
    convention: Convention
    day_count: int
    drafts: list[_Draft] = field(default_factory=list)
    # symbol, first day, last day, quantity, cost, opened
    spans: list[tuple[int, int, int, float, float, int]] = field(default_factory=list)
    steps: list[tuple[int, int, float]] = field(default_factory=list)
    final: list[tuple[int, float, float, int]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def follow(self, symbol: int, fills: Iterator[_Fill]) -> None:
        """Replay the fills of one symbol in time order."""
        position = new_position(self.convention.lots)
        last = -1
        for day, of_day in groupby(fills, key=lambda fill: fill[1]):
            self._hold(symbol, last + 1, day, position)
            today: dict[tuple[int, bool], _Draft] = {}
            for fill in of_day:
                self._book(fill, position, today)
            self.drafts.extend(today.values())
            self.steps.append((symbol, day, position.quantity))
            last = day
        self._hold(symbol, last + 1, self.day_count - 1, position)
        if position.quantity != 0.0:
            self.final.append((symbol, position.quantity, position.cost, position.opened))

    def _hold(self, symbol: int, first: int, last: int, position: Position) -> None:
        if position.quantity != 0.0 and last >= first:
            self.spans.append(
                (symbol, first, last, position.quantity, position.cost, position.opened)
            )

    def _book(self, fill: _Fill, position: Position, today: dict[tuple[int, bool], _Draft]) -> None:
        symbol, day, side, quantity, price, fee, moment, planned, id, place = fill
        if side < 0 and position.quantity <= 0.0 and not self.convention.short_sales:
            self.dropped.append(Dropped(id, "opened_before_file"))
            return
        draft = today.get((side, planned))
        if draft is None:
            against = position.quantity * side < 0
            cost = position.cost_of(quantity) if against else position.cost
            opened = position.opened if position.quantity != 0.0 else -1
            draft = today[side, planned] = _Draft(
                day,
                symbol,
                side,
                position.quantity,
                cost,
                opened,
                moment,
                planned,
                id,
                place,
                price,
            )
        before = abs(position.quantity)
        surplus = self._move(position, side, quantity, price + side * fee / quantity, day)
        if surplus > 0.0:
            self.dropped.append(Dropped(id, "opened_before_file"))
            quantity = before  # not quantity - surplus, which rounding may leave at 0
        draft.quantity += quantity
        draft.value += quantity * price
        draft.fee += fee
        draft.closes = draft.closes or (draft.held * side < 0 and position.quantity * side >= 0)

    def _move(
        self, position: Position, side: int, quantity: float, price: float, day: int
    ) -> float:
        """Change ``position``; returns the sold quantity that nothing is known about."""
        if position.quantity * side >= 0.0:
            position.extend(side * quantity, price, day)
            return 0.0
        surplus = position.reduce(quantity)
        if surplus and (side > 0 or self.convention.short_sales):
            position.extend(side * surplus, price, day)
            return 0.0
        return surplus

    def history(self, fills: Fills) -> History:
        drafts = sorted(self.drafts, key=lambda draft: (draft.day, draft.moment, draft.place))
        return History(
            symbols=fills.symbols,
            days=fills.days,
            decisions=_decisions(drafts, self.convention),
            holdings=_holdings(self.spans),
            steps=_steps(self.steps),
            final=tuple(self.final),
            dropped=fills.dropped + tuple(self.dropped),
        )


def _decisions(drafts: list[_Draft], convention: Convention) -> Decisions:
    def floats(name: str) -> Floats:
        return np.array([getattr(draft, name) for draft in drafts], dtype=np.float64)

    def ints(name: str) -> Ints:
        return np.array([getattr(draft, name) for draft in drafts], dtype=np.int64)

    quantity, value = floats("quantity"), floats("value")
    return Decisions(
        day=ints("day"),
        symbol=ints("symbol"),
        side=ints("side"),
        quantity=quantity,
        value=value,
        price=floats("first_price") if convention.first_fill else value / quantity,
        fee=floats("fee"),
        held=floats("held"),
        cost=floats("cost"),
        opened=ints("opened"),
        moment=floats("moment"),
        closes=np.array([draft.closes for draft in drafts], dtype=np.bool_),
        planned=np.array([draft.planned for draft in drafts], dtype=np.bool_),
        ids=tuple(draft.id for draft in drafts),
    )


def _holdings(spans: list[tuple[int, int, int, float, float, int]]) -> Holdings:
    """Every span written out day by day, sorted by day."""
    table = np.array(spans, dtype=np.float64).reshape(-1, 6)
    symbol, first, last = (table[:, n].astype(np.int64) for n in range(3))
    lengths = last - first + 1
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    day = np.repeat(first, lengths) + np.arange(int(lengths.sum())) - starts
    span = np.repeat(np.arange(len(table)), lengths)
    order = np.lexsort((symbol[span], day))
    day, span = day[order], span[order]
    return Holdings(
        day, symbol[span], table[span, 3], table[span, 4], table[span, 5].astype(np.int64)
    )


def _steps(steps: list[tuple[int, int, float]]) -> Steps:
    table = np.array(steps, dtype=np.float64).reshape(-1, 3)
    return Steps(table[:, 1].astype(np.int64), table[:, 0].astype(np.int64), table[:, 2])
