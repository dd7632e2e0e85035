"""A purchase of these days, where waiting would have paid in the past: a rule to bind oneself by
(Camerer, Issacharoff, Loewenstein, O'Donoghue and Rabin 2003, "Regulation for conservatives";
Ariely and Wertenbroch 2002, "Procrastination, deadlines, and performance")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from conversations.messages import Button
from conversations.nudging.evidence import month_of
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.record.switches import purchases
from engine.rules.registry import rule_named
from engine.rules.rule import try_rule

RECENT = 3  # days
FEWEST = 20  # purchases of which it is known what waiting would have brought
RULE = "cooling_off"


def find(look: Look) -> Sequence[Occasion]:
    """Bought within three days, and the rule would have brought more, significantly at 90 %."""
    record = look.record
    bought = purchases(record)
    rule = rule_named(RULE)
    assert rule is not None, "the rule is part of the engine"
    if len(bought) < FEWEST:
        return ()
    last = bought[np.argmax(record.history.decisions.moment[bought])]
    day = record.history.days[record.history.decisions.day[last]].item()
    if (record.until - day).days > RECENT:
        return ()
    found = try_rule(rule, record, np.random.default_rng([look.case.seed, 2]))
    if found.known < FEWEST or found.yearly is None or found.interval is None:
        return ()
    low, high = found.interval
    if low <= 0:
        return ()
    symbol = record.history.symbols[record.history.decisions.symbol[last]]
    facts = {"symbol": symbol, "day": day.isoformat(), "wait": found.parameter, "n": found.known}
    facts |= {"yearly": found.yearly, "low": low, "high": high}
    return [Occasion(month_of(look.case.until), facts, 1.2)]


KIND = Kind(
    name="cooling_off",
    group="fomo",
    source="Camerer and others 2003",
    find=find,
    told=words.cooling_off,
    why=words.why_cooling_off,
    shows=Button("Test the rule", f"try:{RULE}"),
    again=timedelta(days=30),
)
