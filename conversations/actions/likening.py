"""What followed days like today for a share, and what followed somebody's own purchases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from conversations.turn import Turn
from engine.ledger import Kind
from engine.record.likeness import Likeness, Rises, after_purchases, after_such_days

ENOUGH = 5  # purchases of one share from which they are told apart from all others


@dataclass(frozen=True, slots=True)
class After:
    """What followed days like the last one of ``symbol``."""

    symbol: str
    since: date
    until: date
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Record:
    """What followed purchases: of ``symbol``, or of everything where it is empty."""

    symbol: str
    rises: Rises
    purchases: int  # with those that are too recent, or have no prices


async def after_today(turn: Turn, symbol: str) -> After | None:
    """Nothing where there are too few prices."""
    prices = await turn.prices()
    if symbol not in prices:
        return None
    close = prices.close[:, prices.column(symbol)]
    known = np.isfinite(close) & (close > 0)
    found = after_such_days(np.ascontiguousarray(close[known]))
    if found is None:
        return None
    days = prices.days[known]
    return After(symbol, _date(days[0]), _date(days[-1]), found)


async def purchases(turn: Turn, symbol: str) -> Record:
    """Of ``symbol`` where enough of them are known, else of everything that was bought."""
    recorded = await turn.work.trades.of(turn.portfolio.id)
    prices = await turn.prices()
    bought = [(one.symbol, one.at.date()) for one in recorded if one.kind is Kind.BUY]
    own = [one for one in bought if one[0] == symbol]
    table = (prices.symbols, prices.days, prices.close)
    of_one = after_purchases(own, *table)
    if of_one.n >= ENOUGH:
        return Record(symbol, of_one, len(set(own)))
    return Record("", after_purchases(bought, *table), len(set(bought)))


def _date(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").item()
    return made
