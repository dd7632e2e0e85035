"""Speculative switches: complete sales that a purchase follows within three weeks (Odean 1999)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.record.record import Record

WINDOW = 21  # calendar days from sale to purchase
HORIZON = 252  # trading days over which bought and sold are compared


@dataclass(frozen=True, slots=True)
class Switches:
    """W pairs of a sale and the purchase of something else: (W,) arrays."""

    sold: Ints  # decision indices
    bought: Ints
    value: Floats  # money that changed hands: the smaller of both sides
    gap: Floats  # R(bought) - R(sold) over 252 days after the purchase; NaN: not complete


def speculative_sales(record: Record) -> Ints:
    """Complete long sales that a purchase may follow, without losses sold in December."""
    made = record.history.decisions
    month = record.history.days.astype("datetime64[M]").astype(np.int64)[made.day] % 12
    for_tax = (month == 11) & (made.price < made.cost)
    fit = (made.side < 0) & (made.held > 0) & made.closes & record.discretionary & ~for_tax
    return np.flatnonzero(fit)


def purchases(record: Record) -> Ints:
    """Long purchases, additions included."""
    made = record.history.decisions
    return np.flatnonzero((made.side > 0) & (made.held >= 0) & record.discretionary)


def followed(record: Record, sales: Ints, buys: Ints) -> tuple[Flags, Flags]:
    """Which sales a purchase follows within the window, and which purchases follow such a sale."""
    days = record.history.days.astype(np.int64)
    sold, bought = (
        days[record.history.decisions.day[sales]],
        days[record.history.decisions.day[buys]],
    )
    has_purchase = _any_between(bought, sold, sold + WINDOW)
    chased = sold[has_purchase]
    return has_purchase, _any_between(chased, bought - WINDOW, bought)


def _any_between(days: Ints, first: Ints, last: Ints) -> Flags:
    """Whether one of the sorted ``days`` lies in each closed interval."""
    found: Flags = np.searchsorted(days, last, side="right") > np.searchsorted(days, first, "left")
    return found


def pair(record: Record) -> Switches:
    """Each sale with the next purchase of another symbol that no earlier sale has taken."""
    made = record.history.decisions
    days = record.history.days.astype(np.int64)[made.day].tolist()
    symbol = made.symbol.tolist()
    buys = purchases(record).tolist()
    taken = [False] * len(buys)
    start, sold, bought = 0, [], []
    for sale in speculative_sales(record).tolist():
        while start < len(buys) and (taken[start] or days[buys[start]] < days[sale]):
            start += 1
        for n in range(start, len(buys)):
            if days[buys[n]] > days[sale] + WINDOW:
                break
            if not taken[n] and symbol[buys[n]] != symbol[sale]:
                taken[n] = True
                sold.append(sale)
                bought.append(buys[n])
                break
    return _compared(record, np.array(sold, dtype=np.int64), np.array(bought, dtype=np.int64))


def _compared(record: Record, sold: Ints, bought: Ints) -> Switches:
    made = record.history.decisions
    row = record.row_of(made.day[bought])
    market = record.market
    gap = market.forward(row, made.symbol[bought], HORIZON) - market.forward(
        row, made.symbol[sold], HORIZON
    )
    return Switches(sold, bought, np.minimum(made.value[sold], made.value[bought]), gap)
