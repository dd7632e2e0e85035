"""On the first trading day from each of some days on, beside whatever another rule asks for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Days, Ints
from engine.backtest.declaration import Rebalancing, View

NAME = "on_dates"


def build(dates: Sequence[str], rule: Rebalancing | None = None) -> Rebalancing:
    """``dates``: ISO days. The first day of the panel always rebalances."""
    wanted = np.unique(np.array(dates, "datetime64[D]"))
    facts: dict[str, float | str] = {"dates": len(wanted), "rule": rule.name if rule else ""}
    name = f"{rule.name} and on dates" if rule else "on dates"

    def rows(days: Days) -> Ints:
        found = np.searchsorted(days, wanted[wanted <= days[-1]])
        return np.unique(np.concatenate((np.zeros(1, np.int64), found))).astype(np.int64)

    if rule is None:
        return Rebalancing(name, rows, facts=facts)
    if rule.rows is not None:
        regular = rule.rows
        return Rebalancing(
            name, lambda days: np.union1d(rows(days), regular(days)), None, rule.aim, facts
        )
    watch = rule.due
    assert watch is not None, "a rule has either rows or due"

    def due(view: View) -> bool:
        last = view.days[-1 - view.since] if view.since >= 0 else np.datetime64("0001-01-01", "D")
        passed = np.searchsorted(wanted, (last, view.days[-1]), side="right")
        return bool(passed[1] > passed[0]) or watch(view)

    return Rebalancing(name, None, due, rule.aim, facts)
