"""One holding that has grown large on its own (Goetzmann and Kumar 2008, "Equity portfolio
diversification")."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import QUARTER, YEAR, weights_now
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words
from conversations.wording.figures import percent
from engine.arrays import Floats
from engine.inference.bootstrap import resample_days
from engine.record.record import Record

GROWN = 0.05  # of the portfolio within a quarter; less is no drift
FEWEST = 126  # daily returns
STEP = 0.05  # a holding is spoken of again when it has grown by as much
LIMIT = Limit(0.25, (0.2, 0.25, 0.35, 0.5), percent)


def find(look: Look) -> Sequence[Occasion]:
    """The largest holding is beyond the limit, and prices alone have made five points of it within
    a quarter: what was bought on purpose is no drift."""
    weights = weights_now(look.record)
    if len(weights) < 2:
        return ()
    symbol = max(weights, key=lambda one: weights[one])
    weight, limit = weights[symbol], look.limit("concentration", LIMIT.usual)
    before, drifted = _drift(look.record, symbol)
    if weight < limit or not min(weight, drifted) - before >= GROWN:
        return ()
    swings = _swings(look.record, weights, symbol, look.case.seed)
    if swings is None:
        return ()
    quarter = (look.case.until.month - 1) // 3 + 1
    facts = {"symbol": symbol, "weight": weight, "before": before, "limit": limit}
    key = f"{symbol}:{look.case.until.year}-Q{quarter}:{int(weight / STEP)}"
    return [Occasion(key, facts | swings, 1.0 + weight)]


def _drift(record: Record, symbol: str) -> tuple[float, float]:
    """What share of the portfolio it was a quarter ago, and what it would be by now had nothing
    been traded since; NaN where nothing was held then."""
    if record.market.length <= QUARTER:
        return nan, nan
    then = record.market.length - 1 - QUARTER
    day = record.market.prices.days[then].astype(np.int64)
    held = np.maximum(record.quantities(np.array([day]))[0], 0.0)
    column = record.history.symbols.index(symbol)
    worth = [np.nan_to_num(held * record.market.close[row]) for row in (then, -1)]
    if min(one.sum() for one in worth) <= 0:
        return nan, nan
    before, drifted = (float(one[column] / one.sum()) for one in worth)
    return before, drifted


def _swings(
    record: Record, weights: dict[str, float], symbol: str, seed: int
) -> dict[str, float] | None:
    """Its share in the variance of today's holdings over the last year, with its 90 % interval of
    blocks of 21 days; None where too few days are known."""
    column = [record.history.symbols.index(one) for one in weights]
    close = record.market.close[-1 - YEAR :, column]
    moves = close[1:] / close[:-1] - 1.0
    moves = moves[~np.isnan(moves).any(axis=1)]
    if len(moves) < FEWEST:
        return None
    share = np.array(list(weights.values()))
    total = moves @ share
    own = moves[:, list(weights).index(symbol)] * weights[symbol]
    sums = np.stack([np.ones(len(moves)), own, total, own * total, total * total], axis=1)
    drawn = resample_days(np.arange(len(moves)), sums, len(moves), np.random.default_rng([seed, 7]))
    low, high = np.quantile(_part(drawn), [0.05, 0.95])
    part = float(_part(sums.sum(axis=0)[None, :])[0])
    return {"part": part, "low": float(low), "high": float(high), "days": float(len(moves))}


def _part(sums: Floats) -> Floats:
    n = sums[:, 0]
    variance = sums[:, 4] / n - np.square(sums[:, 2] / n)
    together = sums[:, 3] / n - sums[:, 1] * sums[:, 2] / np.square(n)
    found: Floats = together / np.where(variance > 0, variance, 1.0)
    return found


KIND = Kind(
    name="concentration",
    group="concentration",
    source="Goetzmann and Kumar 2008",
    find=find,
    told=words.concentration,
    why=words.why_concentration,
    shows=Button("Show me", "pick:holdings"),
    limit=LIMIT,
    for_teams=True,
)
