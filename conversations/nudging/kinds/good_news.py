"""A plan that was kept: trades that were planned, days of stress without a sale (Bandura 1991: what
went well, told at once, keeps a rule going)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import share_of
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.daily import value_days
from engine.record.record import Record
from engine.record.stress import find_stress

STREAKS = (5, 10, 20, 50, 100)  # planned trades in a row
CALM = (5, 10, 20, 50)  # days of stress in a row without a sale
FEWEST = 10  # before the streak, to compare it with


def find(look: Look) -> Sequence[Occasion]:
    return [one for one in (_planned(look.record), _calm(look)) if one is not None]


def _planned(record: Record) -> Occasion | None:
    """The last so many trades were all planned; before, fewer were."""
    planned = record.history.decisions.planned
    unplanned = np.flatnonzero(~planned)
    first = int(unplanned[-1]) + 1 if len(unplanned) else 0
    streak = len(planned) - first
    if streak not in STREAKS or first < FEWEST:
        return None
    before = share_of(int(planned[:first].sum()), first)
    last = record.history.decisions.ids[-1]
    return Occasion(f"planned:{last}", {"what": "planned", "streak": streak} | before, 1.0)


def _calm(look: Look) -> Occasion | None:
    """So many days of stress without a sale, by somebody who used to sell on such days."""
    finding = look.finding("panic_selling")
    daily = value_days(look.record)
    if finding is None or not len(daily.value):
        return None
    stressed = find_stress(look.record, daily).stressed[:-1] & (daily.value > 0)
    sold = daily.sold[stressed] > 0
    sales = np.flatnonzero(sold)
    first = int(sales[-1]) + 1 if len(sales) else 0
    streak = len(sold) - first
    if streak not in CALM or first < FEWEST or not stressed[-1]:
        return None
    before = share_of(len(sales), first)
    day = look.record.market.prices.days[-1].item().isoformat()
    return Occasion(f"calm:{day}", {"what": "calm", "streak": streak} | before, 1.0)


KIND = Kind(
    name="good_news",
    group="goals",
    source="Bandura 1991",
    find=find,
    told=words.good_news,
    why=words.why_good_news,
    shows=Button("Show me", "pick:trades"),
    again=timedelta(days=7),
    for_teams=True,
)
