"""Buys and sells as arrays: the one place where ``Decimal`` becomes ``float64``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.ledger import Kind, Trade

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Dropped:
    """A trade that the statistics leave out, and why (the key of a sentence)."""

    trade_id: str
    reason: str  # "zero_quantity", "no_price", "after_until", "opened_before_file"


@dataclass(frozen=True, slots=True)
class Fills:
    """F buys and sells, sorted by symbol and time, quantities and prices adjusted for splits.

    ``symbol``: (F,) indices into ``symbols``; ``day``: (F,) indices into ``days``; ``side``: +1
    buy, -1 sell; ``fee``: money. ``days``: (D,) the UTC days on which something was traded,
    increasing.
    """

    symbols: tuple[str, ...]
    days: Days
    symbol: Ints
    day: Ints
    moment: Floats  # seconds since 1970, UTC
    side: Ints
    quantity: Floats
    price: Floats
    fee: Floats
    planned: Flags
    ids: tuple[str, ...]
    place: Ints  # in the order in which they were given
    trades: int  # buys and sells given, dropped ones included
    dropped: tuple[Dropped, ...]


def collect_fills(trades: Sequence[Trade], until: date) -> Fills:
    """The usable buys and sells of ``trades`` up to and including ``until``.

    Trades of the same instant keep the order they were given in.
    """
    kept: list[Trade] = []
    moments: list[float] = []
    splits: list[Trade] = []
    dropped: list[Dropped] = []
    traded = 0
    end = (np.datetime64(until, "D").astype(np.int64) + 1) * SECONDS_PER_DAY
    for trade in trades:
        if trade.kind is Kind.SPLIT:
            splits.append(trade)
        elif trade.kind is Kind.BUY or trade.kind is Kind.SELL:
            traded += 1
            moment = trade.at.timestamp()
            reason = _flaw(trade, moment, float(end))
            if reason is None:
                kept.append(trade)
                moments.append(moment)
            else:
                dropped.append(Dropped(str(trade.id), reason))
    return _arranged(kept, moments, splits, traded, tuple(dropped))


def _flaw(trade: Trade, moment: float, end: float) -> str | None:
    if not trade.quantity.is_finite() or trade.quantity <= 0:
        return "zero_quantity"
    if not trade.price.is_finite() or trade.price <= 0:
        return "no_price"
    return "after_until" if moment >= end else None


def _arranged(
    kept: list[Trade],
    moments: list[float],
    splits: list[Trade],
    traded: int,
    dropped: tuple[Dropped, ...],
) -> Fills:
    symbols = tuple(sorted({trade.symbol for trade in kept}))
    index = {symbol: n for n, symbol in enumerate(symbols)}
    symbol = np.array([index[trade.symbol] for trade in kept], dtype=np.int64)
    moment = np.array(moments, dtype=np.float64)
    order = np.lexsort((moment, symbol))  # stable
    kept = [kept[n] for n in order]
    symbol, moment = symbol[order], moment[order]
    days, day = np.unique(np.floor_divide(moment, SECONDS_PER_DAY), return_inverse=True)
    quantity = np.array([float(trade.quantity) for trade in kept], dtype=np.float64)
    price = np.array([float(trade.price) for trade in kept], dtype=np.float64)
    for split in splits:
        if split.symbol in index and split.quantity > 0:
            earlier = (symbol == index[split.symbol]) & (moment < split.at.timestamp())
            quantity[earlier] *= float(split.quantity)
            price[earlier] /= float(split.quantity)
    return Fills(
        symbols=symbols,
        days=days.astype(np.int64).astype("datetime64[D]"),
        symbol=symbol,
        day=day.astype(np.int64),
        moment=moment,
        side=np.array([1 if t.kind is Kind.BUY else -1 for t in kept], dtype=np.int64),
        quantity=quantity,
        price=price,
        fee=np.array([float(trade.fee) for trade in kept], dtype=np.float64),
        planned=np.array([trade.planned for trade in kept], dtype=np.bool_),
        ids=tuple(str(trade.id) for trade in kept),
        place=order.astype(np.int64),
        trades=traded,
        dropped=dropped,
    )
