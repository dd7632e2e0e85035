"""“If it falls 20 % I will …”, quoted back when it has (Gollwitzer 1999, "Implementation
intentions: strong effects of simple plans")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import is_fresh
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.daily import benchmark_returns, value_days
from engine.record.record import Record
from storage.nudge_records import Intention

MARKET = "*"  # in the place of a symbol: the mean of all that has prices


def find(look: Look) -> Sequence[Occasion]:
    """Every intention whose moment has come. Both prices are of today's series, so that a split
    since then is no fall."""
    if not is_fresh(look.record):
        return ()
    found = []
    for one in look.intentions:
        moved = changed(look.record, one)
        if moved is None or (moved > one.change if one.change < 0 else moved < one.change):
            continue
        facts = {"symbol": one.symbol, "change": one.change, "moved": moved, "words": one.words}
        facts |= {"made": one.made_at.isoformat(), "intention": str(one.id)}
        found.append(Occasion(str(one.id), facts, 4.0, timedelta(days=7)))
    return found


def changed(record: Record, said: Intention) -> float | None:
    """What happened since the day on which it was said; None where prices are missing."""
    prices = record.market.prices
    start = prices.row_at(said.made_at.date())
    if start < 0 or start >= len(prices.days) - 1:
        return None
    if said.symbol == "":
        daily = value_days(record)
        returns = daily.returns[max(start + 1 - daily.first, 0) :]
    elif said.symbol == MARKET:
        returns = benchmark_returns(record)[start + 1 :]
    elif said.symbol in prices:
        close = prices.close[start:, prices.column(said.symbol)]
        close = close[~np.isnan(close)]
        return float(close[-1] / close[0] - 1.0) if len(close) > 1 else None
    else:
        return None
    known = returns[~np.isnan(returns)]
    return float(np.prod(1.0 + known) - 1.0) if len(known) else None


KIND = Kind(
    name="intention",
    group="market",
    source="Gollwitzer 1999",
    find=find,
    told=words.intention,
    why=words.why_intention,
    shows=Button("My intentions", "pick:intentions"),
    again=timedelta(0),
    asked_for=True,
)
