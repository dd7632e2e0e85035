"""Do not add to a position that stands at a loss: the money goes into the market.

Source: Odean 1998: investors are almost one and a half times as likely to buy more of a loser than
of a winner; Arkes and Blumer 1985, "The psychology of sunk cost".
"""

from __future__ import annotations

import numpy as np

from engine.record.record import Record
from engine.record.switches import purchases
from engine.rules.aftermath import not_bought
from engine.rules.rule import Changes, Rule


def change(record: Record, loss: float) -> Changes:
    """Additions at a price more than ``loss`` below cost, and beyond the dead band."""
    made = record.history.decisions
    added = purchases(record)
    added = added[made.held[added] > 0]
    least = max(loss, record.convention.dead_band)
    losers = added[made.price[added] / made.cost[added] - 1.0 < -least]
    gain = made.value[losers] * not_bought(record, losers)
    return Changes(np.asarray(losers), gain, len(added))


RULE = Rule(
    "no_adding_to_losers",
    ("sunk_cost", "confirmation", "disposition", "anchoring", "under_diversification"),
    0.0,
    "share",
    "additions",
    change,
)
