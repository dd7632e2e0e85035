"""Do not buy what has just jumped: the money goes into the market.

Source: Barber and Odean 2008, "All that glitters": individuals buy what moved most and do no better
for it; Greenwood and Shleifer 2014 on expectations that follow the latest returns.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Flags, Ints
from engine.record.record import Record
from engine.record.switches import purchases
from engine.rules.aftermath import not_bought
from engine.rules.rule import Changes, Rule


def change(record: Record, top: float) -> Changes:
    """Purchases of what was hot, or in the ``top`` share of the month's returns, before the day."""
    bought = purchases(record)
    jumpers = bought[_jumped(record, bought, top)]
    value = record.history.decisions.value[jumpers]
    return Changes(jumpers, value * not_bought(record, jumpers), len(bought))


def _jumped(record: Record, decision: Ints, top: float) -> Flags:
    made, signals = record.history.decisions, record.signals
    column = {symbol: n for n, symbol in enumerate(signals.symbols)}
    own = np.array([column.get(symbol, -1) for symbol in record.history.symbols], dtype=np.int64)
    row, at = record.row_of(made.day[decision]), own[made.symbol[decision]]
    usable = (row >= 0) & (at >= 0)
    jumped = np.zeros(len(decision), dtype=np.bool_)
    row, at = row[usable], at[usable]
    days, back = np.unique(row, return_inverse=True)
    month = np.where(signals.tradable[days], signals.month[days], np.nan)
    mine = month[back, at]
    as_good = (month[back] >= mine[:, None]).sum(axis=1)  # itself, and those that tie
    known = (~np.isnan(month)).sum(axis=1)[back]
    leading = ~np.isnan(mine) & (as_good <= top * known)
    jumped[usable] = leading | signals.hot[row, at]
    return jumped


RULE = Rule(
    "no_jumpers",
    ("recency", "fomo", "lottery", "attention", "herding"),
    0.2,
    "share",
    "purchases",
    change,
)
