"""A day's move far beyond what is usual, of something that is held (Barber and Odean 2008: such
days catch the eye; it helps to know what they did to the whole)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import YEAR, is_fresh, weights_now
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words

USUAL = 60  # days that say how far it moves
SMALLEST = 0.05
LIMIT = Limit(3.0, (3.0, 4.0, 6.0), words.times)


def find(look: Look) -> Sequence[Occasion]:
    """The holding whose last day was the most unusual."""
    record, market = look.record, look.record.market
    limit = look.limit("market_move", LIMIT.usual)
    if market.length <= YEAR + USUAL or not is_fresh(record):
        return ()
    found = []
    for symbol, weight in weights_now(record).items():
        column = record.history.symbols.index(symbol)
        close = market.close[-1 - YEAR - USUAL :, column]
        if market.breaks[-1, column] != market.breaks[-len(close), column]:
            continue
        moves = close[1:] / close[:-1] - 1.0
        if np.isnan(moves).any():
            continue
        usual = float(moves[-1 - USUAL : -1].std(ddof=1))
        times = abs(moves[-1]) / usual if usual > 0 else 0.0
        if times >= limit and abs(moves[-1]) >= SMALLEST:
            like = int((np.abs(moves[-1 - YEAR : -1]) >= abs(moves[-1])).sum())
            facts = {"symbol": symbol, "move": float(moves[-1]), "times": times, "usual": USUAL}
            facts |= {"weight": weight, "like": like, "days": YEAR, "limit": limit}
            found.append((times, symbol, facts))
    if not found:
        return ()
    _, symbol, facts = max(found, key=lambda one: one[0])
    day = market.prices.days[-1].item().isoformat()
    return [Occasion(f"{symbol}:{day}", facts | {"day": day}, 0.9, timedelta(days=1))]


KIND = Kind(
    name="market_move",
    group="market",
    source="Barber and Odean 2008",
    find=find,
    told=words.market_move,
    why=words.why_market_move,
    shows=Button("Show me", "pick:holdings"),
    again=timedelta(days=3),
    limit=LIMIT,
    for_teams=True,
)
