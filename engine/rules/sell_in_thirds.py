"""Sell in parts: a third now, a third after one month, a third after two.

Source: Statman 1995, "A behavioral framework for dollar-cost averaging": splitting a decision into
fixed parts made ahead of time lessens regret and the pull of the moment. It is no better on
average by itself; whether it is for somebody depends on when they sell.
"""

from __future__ import annotations

from engine.record.record import Record
from engine.rules.aftermath import sales, sold_later
from engine.rules.rule import HORIZON, Changes, Rule

MONTH = 21  # trading days between two parts


def change(record: Record, parts: float) -> Changes:
    """Every discretionary sale is made in equal parts, the first at once (2 or 3 parts).

    Each further part is charged the fee of the sale once more.
    """
    sold, made = sales(record), record.history.decisions
    later = range(MONTH, HORIZON, MONTH)[: int(parts) - 1]
    gain = -len(later) * made.fee[sold]
    for delay in later:
        gain = gain + made.value[sold] / (len(later) + 1) * sold_later(record, sold, delay)
    return Changes(sold, gain, len(sold))


RULE = Rule(
    "sell_in_thirds",
    ("loss_aversion", "disposition", "anchoring", "panic_selling", "regret"),
    3.0,
    "parts",
    "sales",
    change,
)
