"""A winner at the gain at which winners usually go (Odean 1998, "Are investors reluctant to realize
their losses?")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import is_fresh, month_of, share_of
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.held import held_now

FEWEST = 10  # winners sold, and of those with a known outcome


def find(look: Look) -> Sequence[Occasion]:
    """The open winner that has risen furthest beyond the median gain at which winners were sold,
    while a loser is held."""
    finding = look.finding("disposition")
    if finding is None or not is_fresh(look.record):
        return ()
    gains = [one.facts["gain"] for one in finding.evidence if one.facts.get("gain", 0.0) > 0]
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    held, band = held_now(look.record), look.record.convention.dead_band
    losers = sum(one.gain < -band for one in held.values())
    if len(gains) < FEWEST or len(after) < FEWEST or not losers:
        return ()
    usual = float(np.median(gains))
    ripe = [one for one in held.values() if one.gain >= usual]
    if not ripe:
        return ()
    top = max(ripe, key=lambda one: one.gain)
    facts = {"symbol": top.symbol, "gain": top.gain, "usual": usual, "sales": len(gains)}
    facts |= {"losers": losers, "theta": finding.theta, "se": finding.se, "sample": finding.n}
    facts |= {"median_after": float(np.median(after))}
    facts |= share_of(sum(one > 0 for one in after), len(after))
    return [Occasion(f"{top.symbol}:{month_of(look.case.until)}", facts, 1.5)]


KIND = Kind(
    name="winners",
    group="disposition",
    source="Odean 1998",
    find=find,
    told=words.winners,
    why=words.why_winners,
    shows=Button("Show me", "bias:disposition"),
    needs=("disposition",),
)
