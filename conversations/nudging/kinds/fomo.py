"""A share that has just jumped, for those who have bought such shares (Barber and Odean 2008, "All
that glitters")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import YEAR, is_fresh, share_of, week_of
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.record import Record
from engine.record.signals import read_today

FEWEST = 10  # hot purchases whose outcome is known


def find(look: Look) -> Sequence[Occasion]:
    """The hottest of the shares that were held or traded within a year."""
    finding = look.finding("fomo")
    if finding is None or not is_fresh(look.record):
        return ()
    known = [one.facts for one in finding.evidence if "after" in one.facts]
    pairs = [one["after"] - one["against"] for one in known if "against" in one]
    if len(pairs) < FEWEST:
        return ()
    tomorrow = read_today(look.record.market.prices, look.record.until + timedelta(days=1))
    near = _near(look.record)
    hot = [
        (float(tomorrow.week[0, n]), symbol)
        for n, symbol in enumerate(tomorrow.symbols)
        if symbol in near and tomorrow.hot[0, n] and tomorrow.week[0, n] > 0
    ]
    if not hot:
        return ()
    week, symbol = max(hot)
    facts = {"symbol": symbol, "week": week, "median": float(np.median(pairs))}
    facts |= share_of(sum(one < 0 for one in pairs), len(pairs))
    return [
        Occasion(f"{symbol}:{week_of(look.case.until)}", facts, 1.6, timedelta(days=2)),
    ]


def _near(record: Record) -> set[str]:
    """What is held, or was traded within the last year."""
    made, symbols = record.history.decisions, record.history.symbols
    row = record.row_of(made.day)
    recent = np.unique(made.symbol[row >= record.market.length - YEAR])
    return {symbols[n] for n in recent} | {symbols[one[0]] for one in record.history.final}


KIND = Kind(
    name="fomo",
    group="fomo",
    source="Barber and Odean 2008",
    find=find,
    told=words.fomo,
    why=words.why_fomo,
    shows=Button("Show me", "bias:fomo"),
    needs=("fomo",),
)
