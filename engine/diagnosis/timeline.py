"""The profile over time: what could be said at the end of each month of the year before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from math import erfc, isnan, sqrt

import numpy as np

from engine.detection.finding import BiasFinding, Label
from engine.detection.scoring import FALSE_DISCOVERY_RATE, benjamini_hochberg
from engine.diagnosis.examination import composite, discover
from engine.diagnosis.registry import detectors
from engine.diagnosis.retrospect import known_by
from engine.record.record import Record

MOST_POINTS = 36


class Step(IntEnum):
    """How many months lie between two points."""

    MONTH = 1
    QUARTER = 3
    YEAR = 12


@dataclass(frozen=True, slots=True)
class Point:
    """The window that ended with ``day``, as it could be read on that day."""

    first: date
    day: date
    decisions: int  # that counted
    # By name, without evidence and costs: the money of a window is known only long after it.
    findings: tuple[BiasFinding, ...]
    composite: float | None

    def reading(self, bias: str) -> BiasFinding | None:
        """The finding of ``bias`` where there was enough data for one."""
        found = next((one for one in self.findings if one.bias == bias), None)
        return None if found is None or found.label is Label.INSUFFICIENT else found


@dataclass(frozen=True, slots=True)
class Timeline:
    window: int  # calendar days
    points: tuple[Point, ...]  # oldest first


@dataclass(frozen=True, slots=True)
class Change:
    """A bias in two windows that do not overlap."""

    bias: str
    before: Point
    after: Point
    difference: float  # of theta, later minus earlier
    se: float
    z: float
    p_value: float  # two-sided
    significant: bool  # Benjamini-Hochberg q <= .10 over all biases compared

    @property
    def rose(self) -> bool:
        return self.significant and self.difference > 0

    @property
    def fell(self) -> bool:
        return self.significant and self.difference < 0


def trace(
    record: Record, *, step: Step = Step.MONTH, window: int = 365, most: int = MOST_POINTS
) -> Timeline:
    """The findings of a rolling window of ``window`` days at month ends, and at the end of
    ``record``; the latest ``most`` of them, none before the first trade.

    A point reads only what was known by its day: trades and prices up to it, plans recognised by
    then. Its statistics are those of a record prepared on that day, ``within`` the window.
    Standard errors that need randomness are left out.
    """
    return Timeline(window, tuple(_read(record, day, window) for day in _ends(record, step, most)))


def changes(timeline: Timeline) -> tuple[Change, ...]:
    """Each bias in its last window with enough data, against its first that ends before it.

    z = Δθ / √(s₁² + s₂²), two-sided. Biases without two such windows, or without a standard error,
    are not compared. Surest first.
    """
    found = []
    for bias in dict.fromkeys(one.bias for point in timeline.points for one in point.findings):
        pair = _apart(timeline, bias)
        if pair is not None:
            found.append(_compare(bias, *pair))
    q_values = benjamini_hochberg([one.p_value for one in found])
    judged = [
        replace(one, significant=q <= FALSE_DISCOVERY_RATE)
        for one, q in zip(found, q_values, strict=True)
    ]
    return tuple(sorted(judged, key=lambda one: one.p_value))


def _apart(timeline: Timeline, bias: str) -> tuple[Point, Point] | None:
    usable = [
        point
        for point in timeline.points
        if (found := point.reading(bias)) is not None and found.se > 0 and not isnan(found.theta)
    ]
    if not usable or usable[0].day >= usable[-1].first:
        return None
    return usable[0], usable[-1]


def _compare(bias: str, before: Point, after: Point) -> Change:
    earlier, later = before.reading(bias), after.reading(bias)
    assert earlier is not None
    assert later is not None
    difference = later.theta - earlier.theta
    se = sqrt(earlier.se**2 + later.se**2)
    z = difference / se
    return Change(bias, before, after, difference, se, z, erfc(abs(z) / sqrt(2.0)), False)


def _ends(record: Record, step: Step, most: int) -> list[date]:
    """Month ends from the first trade on, counted back from the end of the record."""
    days = record.history.days
    if not len(days):
        return []
    found = [record.until]
    month = np.datetime64(record.until, "M") - (int(step) - 1)
    while len(found) < most:
        end = month.astype("datetime64[D]") - 1
        if end < days[0]:
            break
        found.append(end.item())
        month -= int(step)
    return found[::-1]


def _read(record: Record, day: date, window: int) -> Point:
    first = day - timedelta(days=window - 1)
    known = known_by(record, day).within(first, day)
    findings = discover(tuple(detector.detect(known, None) for detector in detectors()))
    return Point(
        first=first,
        day=day,
        decisions=int(known.discretionary.sum()),
        findings=tuple(
            replace(one, evidence=(), cost=None, cost_ci=None, cost_share=None) for one in findings
        ),
        composite=composite(findings),
    )
