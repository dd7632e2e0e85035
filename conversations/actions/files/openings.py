"""Shares that must have been held before a file begins, because it sells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.amounts import ZERO, scaled, split_ratio
from engine.broker_files.layout import Entry
from engine.delimited import Problem
from engine.ledger import Kind, Trade

NOTE = "opening position"  # on the purchase that stands for what was bought before
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """``quantity`` shares were missing on and before ``on``, the day before all of it."""

    symbol: str
    quantity: Decimal
    on: date
    sales: int  # lines that need them


def missing(
    recorded: Sequence[Trade], told: Sequence[Entry], unfit: Sequence[Problem]
) -> tuple[Opening, ...]:
    """What would have to be held at the beginning so that the ``unfit`` sales fit.

    Shares count as on the first day: later splits are taken out of them. A share with a split that
    tells only what it added is left out: how many were held is what is asked.
    """
    lines = {one.line for one in unfit if one.reason == "sold_unbought"}
    if not lines:
        return ()
    unclear = {one.trade.symbol for one in told if one.extra}  # splits told by what they added
    sales: dict[str, int] = defaultdict(int)
    for one in told:
        sales[one.trade.symbol] += one.line in lines and one.trade.kind is Kind.SELL
    history = [(trade.at, n, trade) for n, trade in enumerate(recorded)]
    history += [(one.trade.at, len(recorded) + n, one.trade) for n, one in enumerate(told)]
    history.sort(key=lambda one: one[:2])
    before = history[0][0].date() - _A_DAY
    return tuple(
        Opening(symbol, quantity, before, count)
        for symbol, count in sales.items()
        if count
        and symbol not in unclear
        and (quantity := _short_of([t for *_, t in history if t.symbol == symbol]))
    )


def _short_of(trades: Sequence[Trade]) -> Decimal:
    """The most that was sold beyond what was bought, in shares of the first day."""
    held = lowest = ZERO
    ratio = Decimal(1)
    for trade in trades:
        if trade.kind is Kind.SPLIT:
            held, ratio = scaled(held, split_ratio(trade.quantity)), ratio * trade.quantity
        elif trade.kind is Kind.BUY:
            held += trade.quantity
        elif trade.kind is Kind.SELL:
            held -= trade.quantity
        lowest = min(lowest, held / ratio)
    return -lowest
