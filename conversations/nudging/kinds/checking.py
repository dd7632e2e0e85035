"""Looking very often: the more often one looks, the more losses one sees (Benartzi and Thaler 1995;
Thaler, Tversky, Kahneman and Schwartz 1997, "The effect of myopia and loss aversion on risk
taking")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import QUARTER, share_of, week_of
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.daily import value_days

WEEK = 7
FEWEST_DAYS, FEWEST_QUARTERS = 126, 4
ON_DAYS = 4  # of the week; a single busy day is no habit
LIMIT = Limit(14.0, (7.0, 14.0, 28.0), words.times_a_week)


def find(look: Look) -> Sequence[Occasion]:
    """Results were looked at so often within seven days."""
    today = look.now.date()
    days = {day: n for day, n in look.asked.items() if 0 <= (today - day).days < WEEK and n}
    limit = look.limit("checking", LIMIT.usual)
    if sum(days.values()) < limit or len(days) < ON_DAYS:
        return ()
    returns = value_days(look.record).returns
    returns = returns[~np.isnan(returns)]
    quarters = len(returns) // QUARTER
    if len(returns) < FEWEST_DAYS or quarters < FEWEST_QUARTERS:
        return ()
    grown = np.log1p(returns[-quarters * QUARTER :]).reshape(quarters, QUARTER).sum(axis=1)
    facts = {"asked": sum(days.values()), "days": len(days), "limit": limit}
    facts |= {f"day_{k}": v for k, v in share_of(int((returns < 0).sum()), len(returns)).items()}
    facts |= {f"quarter_{k}": v for k, v in share_of(int((grown < 0).sum()), quarters).items()}
    return [Occasion(week_of(today), facts, 0.8)]


KIND = Kind(
    name="checking",
    group="market",
    source="Thaler, Tversky, Kahneman and Schwartz 1997",
    find=find,
    told=words.checking,
    why=words.why_checking,
    shows=Button("Show me", "pick:progress"),
    again=timedelta(days=30),
    limit=LIMIT,
)
