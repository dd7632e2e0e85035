"""Sleep on it: every purchase is made a week later, at the close of that day.

Source: Camerer, Issacharoff, Loewenstein, O'Donoghue and Rabin 2003, "Regulation for
conservatives", on cooling-off periods against decisions of the moment; Barber and Odean 2008 on
purchases of what has just caught the eye.
"""

from __future__ import annotations

import numpy as np

from engine.record.record import Record
from engine.record.switches import purchases
from engine.rules.aftermath import bought_later
from engine.rules.rule import Changes, Rule


def change(record: Record, days: float) -> Changes:
    """Every discretionary purchase waits ``days`` trading days; the money is in the market."""
    bought = purchases(record)
    delay = np.full(len(bought), int(days), dtype=np.int64)
    value = record.history.decisions.value[bought]
    return Changes(bought, value * bought_later(record, bought, delay), len(bought))


RULE = Rule(
    "cooling_off",
    (
        "fomo",
        "attention",
        "house_money",
        "lottery",
        "herding",
        "recency",
        "overconfidence",
        "sunk_cost",
        "regret",
        "confirmation",
        "narrow_framing",
        "under_diversification",
        "home_bias",
    ),
    5.0,
    "trading days",
    "purchases",
    change,
)
