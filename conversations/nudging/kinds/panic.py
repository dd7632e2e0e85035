"""The market has fallen hard, and the record shows sales in such times: the same fall seen over
years (Benartzi and Thaler 1995, "Myopic loss aversion and the equity premium puzzle")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import YEAR, is_fresh, share_of
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words
from conversations.wording.figures import percent
from engine.arrays import Floats, Ints
from engine.record.daily import benchmark_returns

MONTH = 21  # rows
YEARS = 5
FEWEST_FALLS, FEWEST_SALES = 5, 5
LIMIT = Limit(0.08, (0.05, 0.08, 0.12, 0.2), percent)


def find(look: Look) -> Sequence[Occasion]:
    """The market fell that far within 21 rows, and panic selling is detected in the record."""
    finding = look.finding("panic_selling")
    if finding is None or not is_fresh(look.record):
        return ()
    limit = look.limit("panic", LIMIT.usual)
    level = np.cumprod(1.0 + np.nan_to_num(benchmark_returns(look.record)))
    if len(level) <= YEARS * YEAR:
        return ()
    month = np.full(len(level), np.nan)
    month[MONTH:] = level[MONTH:] / level[:-MONTH] - 1.0
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    falls = _falls(month, limit)
    falls = falls[falls + YEAR < len(level)]
    if month[-1] > -limit or len(after) < FEWEST_SALES or len(falls) < FEWEST_FALLS:
        return ()
    calm = np.flatnonzero(~(month <= -limit))
    began = look.record.market.prices.days[int(calm[-1]) + 1].item()
    facts = {"fall": float(month[-1]), "limit": limit, "years": YEARS}
    facts |= {"long": float(level[-1] / level[-1 - YEARS * YEAR] - 1.0)}
    facts |= {"sales": len(after), "median_after": float(np.median(after))}
    facts |= share_of(int((level[falls + YEAR] > level[falls]).sum()), len(falls))
    return [Occasion(f"fall:{began}", facts, 3.0, timedelta(days=2))]


def _falls(month: Floats, limit: float) -> Ints:
    """The first row of each fall, at least a year apart, so that none is counted twice."""
    found: list[int] = []
    for row in np.flatnonzero(month <= -limit).tolist():
        if not found or row - found[-1] > YEAR:
            found.append(row)
    return np.array(found, dtype=np.int64)


KIND = Kind(
    name="panic",
    group="panic",
    source="Benartzi and Thaler 1995",
    find=find,
    told=words.panic,
    why=words.why_panic,
    shows=Button("Show me", "bias:panic_selling"),
    again=timedelta(days=30),
    needs=("panic_selling",),
    limit=LIMIT,
)
