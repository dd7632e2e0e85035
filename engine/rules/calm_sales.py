"""Do not sell on a day of stress: the sale waits for a month.

Source: Elkind, Kaminski, Lo, Siah and Wong 2022, "When do investors freak out?": in a fall
investors sell out up to three times as often as else. Here the money of the actual sale is cash, as
in the cost of panic selling (biases.md 1.9), because to be out of the market is the point; so in
rising markets a month more in shares gains a little for anybody.
"""

from __future__ import annotations

import numpy as np

from engine.record.daily import value_days
from engine.record.record import Record
from engine.record.stress import find_stress
from engine.rules.aftermath import in_share, sales
from engine.rules.rule import HORIZON, Changes, Rule


def change(record: Record, days: float) -> Changes:
    """Discretionary sales on days of stress are made ``days`` trading days later."""
    sold, made = sales(record), record.history.decisions
    daily = value_days(record)
    if not len(daily.value):
        return Changes(sold[:0], np.zeros(0), len(sold))
    stressed = find_stress(record, daily).stressed
    place = record.row_of(made.day[sold]) - daily.first
    inside = (place >= 0) & (place < len(daily.value))
    hasty = sold[inside & stressed[np.clip(place, 0, len(stressed) - 1)]]
    kept = in_share(record, hasty, 0, min(int(days), HORIZON))
    return Changes(hasty, made.value[hasty] * (kept - 1.0), len(sold))


RULE = Rule(
    "calm_sales",
    ("panic_selling", "loss_aversion", "herding"),
    21.0,
    "trading days",
    "sales",
    change,
)
