"""A person's trades as arrays, in the order of booking: where ``Decimal`` becomes ``float64``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.amounts import split_ratio
from engine.arrays import Days, Flags, Floats, Ints
from engine.ledger import Kind, Trade, in_order

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Journal:
    """B trades in the order of booking, and the N symbols that were bought or sold.

    ``column``: (B,) of ``symbols``, -1 for entries about none of them. ``ratio``: (B,) how many of
    today's shares one of then is: the product of the splits booked afterwards, also after the last
    day, and of those nothing was held at.
    """

    trades: tuple[Trade, ...]
    symbols: tuple[str, ...]
    days: Days  # (B,) the calendar day of each, in its own time zone
    column: Ints
    sign: Ints  # (B,) 1 a purchase, -1 a sale, 0 anything else
    quantity: Floats
    price: Floats
    fee: Floats
    ratio: Floats
    rest: tuple[tuple[int, Kind], ...]  # everything else than purchases and sales

    def orders(self) -> Ints:
        """The purchases and sales among them."""
        return np.flatnonzero(self.sign)

    def of_kind(self, *kinds: Kind) -> Ints:
        """Places of the entries of these kinds, of those that are no purchases and sales."""
        return np.array([n for n, kind in self.rest if kind in kinds], dtype=np.int64)

    def keeps_cash(self) -> bool:
        """Whether the person records deposits or withdrawals, so that cash is known."""
        return any(kind in (Kind.DEPOSIT, Kind.WITHDRAWAL) for _, kind in self.rest)

    def cash(self) -> Floats:
        """(B,) what each brought in cash, negative: what it took."""
        amount = self.quantity * self.price
        brought = -self.sign * amount - self.fee
        for kinds, sign in (
            ((Kind.DIVIDEND, Kind.INTEREST, Kind.DEPOSIT), 1.0),
            ((Kind.FEE, Kind.WITHDRAWAL), -1.0),
        ):
            at = self.of_kind(*kinds)
            brought[at] += sign * amount[at]
        return brought


def collect(trades: Iterable[Trade], until: date, splits: Sequence[Trade] = ()) -> Journal:
    """The entries of ``trades`` up to and including ``until``, checked and ordered.

    ``splits``: further ones that the prices are adjusted for, which are not booked. Raises
    ImpossibleTrade.
    """
    ordered = in_order(trades)
    end = until.toordinal()
    ordinals = np.array([trade.at.toordinal() for trade in ordered], dtype=np.int64)
    within: Flags = ordinals <= end
    if not within.all():
        later = [t for t, inside in zip(ordered, within, strict=True) if not inside]
        splits = [*splits, *(t for t in later if t.kind is Kind.SPLIT)]
        ordered = [t for t, inside in zip(ordered, within, strict=True) if inside]
        ordinals = ordinals[within]
    buy, sell = Kind.BUY, Kind.SELL
    sign = [1 if t.kind is buy else -1 if t.kind is sell else 0 for t in ordered]
    symbols = sorted({t.symbol for t, way in zip(ordered, sign, strict=True) if way})
    columns = {symbol: n for n, symbol in enumerate(symbols)}
    column = np.array([columns.get(t.symbol, -1) for t in ordered], dtype=np.int64)
    rest = tuple(
        (n, t.kind) for n, (t, way) in enumerate(zip(ordered, sign, strict=True)) if not way
    )
    return Journal(
        trades=tuple(ordered),
        symbols=tuple(symbols),
        days=(ordinals - _EPOCH).astype("datetime64[D]"),
        column=column,
        sign=np.array(sign, dtype=np.int64),
        quantity=np.array([float(t.quantity) for t in ordered], dtype=np.float64),
        price=np.array([float(t.price) for t in ordered], dtype=np.float64),
        fee=np.array([float(t.fee) if t.fee else 0.0 for t in ordered], dtype=np.float64),
        ratio=_later_splits(ordered, column, rest, columns, splits),
        rest=rest,
    )


def _later_splits(
    ordered: Sequence[Trade],
    column: Ints,
    rest: Sequence[tuple[int, Kind]],
    columns: dict[str, int],
    splits: Sequence[Trade],
) -> Floats:
    """(B,) the product of the splits of its symbol that come after each entry."""
    ratio = np.ones(len(ordered))
    for place, kind in rest:
        if kind is Kind.SPLIT and column[place] >= 0:
            by = float(split_ratio(ordered[place].quantity))
            ratio[:place][column[:place] == column[place]] *= by
    for split in splits:
        if split.symbol in columns:
            earlier = np.array([t.at <= split.at for t in ordered], dtype=np.bool_)
            own = column == columns[split.symbol]
            ratio[own & earlier] *= float(split_ratio(split.quantity))
    return ratio
