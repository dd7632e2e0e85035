"""At most a tenth in one name: what a purchase would put beyond it goes into the market.

Source: Calvet, Campbell and Sodini 2007, "Down or out": households lose by risk that they could
have diversified away; Goetzmann and Kumar 2008, "Equity portfolio diversification". What the rule
is for is less risk; the money it shows is only the difference in return.
"""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats, Ints
from engine.record.daily import value_days
from engine.record.record import Record
from engine.record.switches import purchases
from engine.rules.aftermath import not_bought
from engine.rules.rule import Changes, Rule


def change(record: Record, most: float) -> Changes:
    """The part of each discretionary purchase that takes its position beyond ``most`` of the
    holdings (cash is not known) is not bought."""
    bought = purchases(record)
    surplus = _surplus(record, bought, most)
    beyond = surplus > 1e-9 * record.history.decisions.value[bought]
    capped = bought[beyond]
    return Changes(capped, surplus[beyond] * not_bought(record, capped), len(bought))


def _surplus(record: Record, bought: Ints, most: float) -> Floats:
    made = record.history.decisions
    position = (made.held[bought] + made.quantity[bought]) * made.price[bought]
    daily = value_days(record)
    if not len(daily.value):
        return np.zeros(len(bought))
    place = np.clip(record.row_of(made.day[bought]) - daily.first, 0, len(daily.value) - 1)
    total = np.maximum(daily.value[place], position)
    surplus: Floats = np.clip(position - most * total, 0.0, made.value[bought])
    return surplus


RULE = Rule(
    "cap_one_name",
    (
        "under_diversification",
        "sunk_cost",
        "familiarity",
        "home_bias",
        "narrow_framing",
        "lottery",
        "house_money",
        "confirmation",
    ),
    0.10,
    "share",
    "purchases",
    change,
)
