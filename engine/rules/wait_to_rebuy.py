"""Wait a month before buying something back.

Source: Strahilevitz, Odean and Barber 2011, "Once burned, twice shy": what is bought back follows
from how it felt to sell it, and does not pay.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Ints
from engine.record.record import Record
from engine.record.switches import purchases
from engine.rules.aftermath import bought_later
from engine.rules.rule import HORIZON, Changes, Rule


def change(record: Record, days: float) -> Changes:
    """Purchases of what is not held and was sold less than ``days`` trading days before wait until
    that time is over; the money is in the market."""
    made = record.history.decisions
    bought = purchases(record)
    bought = bought[made.held[bought] == 0]
    sale = _last_sale(record)[bought]
    back, sale = bought[sale >= 0], sale[sale >= 0]
    passed = record.row_of(made.day[back]) - record.row_of(made.day[sale])
    wait = min(int(days), HORIZON)
    early = passed < wait
    hasty = back[early]
    gain = made.value[hasty] * bought_later(record, hasty, wait - passed[early])
    return Changes(hasty, gain, len(back))


def _last_sale(record: Record) -> Ints:
    """(E,) the last earlier sale of the same symbol; -1 where there is none."""
    made = record.history.decisions
    count = len(made.day)
    order = np.lexsort((np.arange(count), made.symbol))
    place = np.where((made.side < 0)[order], np.arange(count), -1)
    latest = np.maximum.accumulate(place) if count else place
    before = np.concatenate([np.full(min(count, 1), -1), latest[:-1]])
    known = before >= 0
    same = known & (made.symbol[order][np.maximum(before, 0)] == made.symbol[order])
    found = np.full(count, -1, dtype=np.int64)
    found[order] = np.where(same, order[np.maximum(before, 0)], -1)
    return found


RULE = Rule(
    "wait_to_rebuy",
    ("regret", "overconfidence", "familiarity", "home_bias"),
    21.0,
    "trading days",
    "repurchases",
    change,
)
