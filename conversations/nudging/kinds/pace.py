"""Buying much more often than usual, where such weeks have cost something (Barber and Odean 2000,
"Trading is hazardous to your wealth")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import QUARTER, mean_of, week_of, worth_by_day
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.arrays import Floats, Ints
from engine.record.record import Record
from engine.record.switches import purchases

HALF_YEAR = 26  # weeks
FEWEST_BUYS = 3  # in a week, whatever is usual
FEWEST_WEEKS = 5  # like this one, of which it is known what they cost
LIMIT = Limit(3.0, (2.0, 3.0, 5.0), words.times)


def find(look: Look) -> Sequence[Occasion]:
    """This week's purchases are so many times the median week of the half year before, and the
    weeks like it cost something, significantly at 90 %."""
    bought = purchases(look.record)
    week = _weeks_ago(look.record, bought)
    if not len(week) or int(week.max()) < HALF_YEAR:
        return ()
    counts = np.bincount(week)
    limit = look.limit("pace", LIMIT.usual)
    usual = float(np.median(counts[1 : HALF_YEAR + 1]))
    least = max(limit * max(usual, 1.0), FEWEST_BUYS)
    if counts[0] < least:
        return ()
    like = np.flatnonzero(counts[1:] >= least) + 1
    cost = _costs(look.record, bought, week, like)
    if len(cost) < FEWEST_WEEKS:
        return ()
    mean, low, high = mean_of(cost)
    if low <= 0.0:
        return ()
    facts = {"buys": int(counts[0]), "usual": usual, "limit": limit, "weeks": len(cost)}
    return [
        Occasion(week_of(look.case.until), facts | {"cost": mean, "low": low, "high": high}, 2.0)
    ]


def _weeks_ago(record: Record, bought: Ints) -> Ints:
    """How many spans of seven days before the end of the record each purchase was made."""
    made = record.history.days[record.history.decisions.day[bought]]
    ago: Ints = (np.datetime64(record.until, "D") - made).astype(np.int64) // 7
    return ago


def _costs(record: Record, bought: Ints, week: Ints, like: Ints) -> Floats:
    """What was bought in each of the weeks ``like`` lost against the market within a quarter, as a
    share of the portfolio; weeks with a purchase of which that is not known are left out."""
    made = record.history.decisions
    row = record.row_of(made.day[bought])
    behind = record.benchmark(row, QUARTER) - record.market.forward(
        row, made.symbol[bought], QUARTER
    )
    first, worth = worth_by_day(record)
    if not len(worth):
        return np.zeros(0)
    value = worth[np.clip(row - first, 0, len(worth) - 1)]
    lost = np.where(
        value > 0, made.value[bought] * behind / np.where(value > 0, value, 1.0), np.nan
    )
    each = np.array([lost[week == one].sum() for one in like])
    return each[~np.isnan(each)] if len(each) else np.zeros(0)


KIND = Kind(
    name="pace",
    group="pace",
    source="Barber and Odean 2000",
    find=find,
    told=words.pace,
    why=words.why_pace,
    shows=Button("Show me", "bias:overconfidence"),
    limit=LIMIT,
)
