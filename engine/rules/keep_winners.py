"""Sell winners later: shares sold at a gain are kept for a quarter more.

Source: Odean 1998, "Are investors reluctant to realize their losses?": winners that were sold did
better over the following year than the losers that were kept, by 3.4 points.
"""

from __future__ import annotations

from engine.record.record import Record
from engine.rules.aftermath import sales, sold_later, winning
from engine.rules.rule import HORIZON, Changes, Rule


def change(record: Record, days: float) -> Changes:
    """Every discretionary sale above cost is made ``days`` (at most 63) trading days later."""
    sold = sales(record)
    winners = sold[winning(record, sold)]
    value = record.history.decisions.value[winners]
    return Changes(winners, value * sold_later(record, winners, min(int(days), HORIZON)), len(sold))


RULE = Rule(
    "keep_winners",
    ("disposition", "anchoring", "loss_aversion"),
    63.0,
    "trading days",
    "sales",
    change,
)
