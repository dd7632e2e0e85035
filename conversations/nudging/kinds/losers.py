"""A loser held much longer than winners are (Shefrin and Statman 1985, "The disposition to sell
winners too early and ride losers too long")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import is_fresh
from conversations.nudging.kind import Kind, Limit, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.held import held_now

FEWEST = 10  # winners sold
LOSS = -0.10
LIMIT = Limit(2.0, (2.0, 3.0, 5.0), words.times)


def find(look: Look) -> Sequence[Occasion]:
    """The holding with the largest loss, held so many times as long as the median winner was."""
    finding = look.finding("disposition")
    if finding is None or not is_fresh(look.record):
        return ()
    days = [one.facts["held_days"] for one in finding.evidence if one.facts.get("gain", 0.0) > 0]
    if len(days) < FEWEST:
        return ()
    usual, limit = float(np.median(days)), look.limit("losers", LIMIT.usual)
    kept = [
        one
        for one in held_now(look.record).values()
        if one.gain <= LOSS and one.days >= limit * max(usual, 1.0)
    ]
    if not kept:
        return ()
    worst = min(kept, key=lambda one: one.gain)
    facts = {"symbol": worst.symbol, "loss": worst.gain, "days": worst.days, "usual": usual}
    facts |= {"sales": len(days), "limit": limit, "others": len(kept) - 1}
    facts |= {"theta": finding.theta, "se": finding.se, "sample": finding.n}
    half = 1 if look.case.until.month <= 6 else 2
    return [Occasion(f"{worst.symbol}:{look.case.until.year}-H{half}", facts, 1.4)]


KIND = Kind(
    name="losers",
    group="disposition",
    source="Shefrin and Statman 1985",
    find=find,
    told=words.losers,
    why=words.why_losers,
    shows=Button("Show me", "pick:holdings"),
    needs=("disposition",),
    limit=LIMIT,
)
