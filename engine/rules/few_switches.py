"""At most so many switches a month: those beyond are not made, and their fees are saved.

Source: Odean 1999, "Do investors trade too much?": what was bought did worse than what was sold for
it; Barber and Odean 2000, "Trading is hazardous to your wealth".
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats, Ints
from engine.record.record import Record
from engine.record.switches import pair
from engine.rules.aftermath import in_share
from engine.rules.rule import HORIZON, Changes, Rule


def change(record: Record, most: float) -> Changes:
    """The first ``most`` switches of a calendar month, by the day of the purchase, are made."""
    made, switches = record.history.decisions, pair(record)
    order = np.argsort(switches.bought, kind="stable")  # decisions are in order of time
    month = record.history.days[made.day[switches.bought[order]]].astype("datetime64[M]")
    _, first, back = np.unique(month, return_index=True, return_inverse=True)
    surplus = order[np.arange(len(order)) - first[back] >= int(most)]
    sold, bought = switches.sold[surplus], switches.bought[surplus]
    value = switches.value[surplus]
    kept = _kept(record, sold, bought)
    fees = value * (made.fee[sold] / made.value[sold] + made.fee[bought] / made.value[bought])
    gain = value * (kept - in_share(record, bought, 0, HORIZON)) + fees
    return Changes(bought, gain, len(switches.bought))


def _kept(record: Record, sold: Ints, bought: Ints) -> Floats:
    """What a unit of money in what was sold became from the day of the purchase on."""
    made = record.history.decisions
    row = record.row_of(made.day[bought])
    return 1.0 + record.market.forward(row, made.symbol[sold], HORIZON)


RULE = Rule(
    "few_switches",
    (
        "overconfidence",
        "house_money",
        "recency",
        "fomo",
        "attention",
        "narrow_framing",
        "panic_selling",
    ),
    1.0,
    "a month",
    "switches",
    change,
)
