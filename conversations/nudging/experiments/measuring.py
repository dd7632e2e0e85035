"""What became of a habit once its comparison is over: one person, one class, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from conversations.actions.reviewing import Case
from conversations.nudging.experiments.outcome import AFTER, BEFORE, SETTLE
from conversations.nudging.experiments.outcomes import outcomes
from engine.detection.finding import BiasFinding
from engine.diagnosis.shifts import Shift, TooLittle, Windows

READY = AFTER + SETTLE  # after the assignment


def windows_of(assigned: datetime) -> Windows:
    """A year before the day of the assignment, and 90 days from it on."""
    day = assigned.date()
    return Windows(day - BEFORE, day, day + AFTER - timedelta(days=1), SETTLE)


def measure(case: Case, group: str, assigned: datetime) -> dict[str, Any]:
    """The change as it is kept: ``theta``, ``se``, ``cost`` (money a year), ``share`` (the same by
    what was held), ``before`` and ``after`` (what was counted); or ``missing``, the reason. The
    heavy part, for another process."""
    outcome, windows = outcomes().get(group), windows_of(assigned)
    if outcome is None:
        return {"missing": "no outcome"}
    prices = case.prices.until(case.until).last_day
    if not case.trades or _first_day(case) >= windows.start:
        return {"missing": "no trades before"}
    if prices is None or prices < windows.last:
        return {"missing": "no prices"}
    try:
        return _kept(outcome.measure(case.record(), windows))
    except TooLittle as fact:
        return {"missing": str(fact)}


def baseline(findings: tuple[BiasFinding, ...], group: str) -> dict[str, Any]:
    """The habit as it was known at the assignment: θ, its error and n of each bias it is about."""
    outcome = outcomes().get(group)
    return {
        one.bias: {"theta": _number(one.theta), "se": _number(one.se), "n": one.n}
        for one in findings
        if outcome is not None and one.bias in outcome.biases
    }


def _first_day(case: Case) -> date:
    return min(trade.at.date() for trade in case.trades)


def _kept(shift: Shift) -> dict[str, Any]:
    counted = {"before": shift.before, "after": shift.after}
    figures = ("theta", "se", "cost", "share")
    return {name: _number(getattr(shift, name)) for name in figures} | counted


def _number(value: float | None) -> float | None:
    """JSON knows no NaN."""
    return float(value) if value is not None and isfinite(value) else None
