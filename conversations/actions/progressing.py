"""Habits over time, worked out and drawn in another process."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from conversations.actions.reviewing import Case
from conversations.wording import bias
from conversations.wording import progress as words
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis.timeline import Change, Step, Timeline, changes, trace

if TYPE_CHECKING:  # matplotlib is slow to import, and others only talk
    from charts.progress import ProgressSeries

QUARTERLY = 2.0  # years of record beyond which a point a month would only be more of the same
PANELS = 6


@dataclass(frozen=True, slots=True)
class Progress:
    timeline: Timeline
    changes: tuple[Change, ...]
    png: bytes | None  # None where nothing can be followed


def follow_and_draw(case: Case) -> Progress:
    """The profile of each year of trades, what changed, and the picture."""
    from charts import progress

    record = case.record()
    days = record.history.days
    long = len(days) > 0 and (days[-1] - days[0]).astype(int) > QUARTERLY * 365
    timeline = trace(record, step=Step.QUARTER if long else Step.MONTH)
    found = changes(timeline)
    series = _series(timeline, found)
    if not series:
        return Progress(timeline, found, None)
    png = progress.draw(series, title=words.title(found), subtitle=words.subtitle(timeline))
    return Progress(timeline, found, png)


def _series(timeline: Timeline, found: tuple[Change, ...]) -> list[ProgressSeries]:
    """What moved first, then what was strong at some time; only what was read at least twice."""
    readings: dict[str, list[BiasFinding]] = {}
    for point in timeline.points:
        for one in point.findings:
            if one.label not in (Label.INSUFFICIENT, Label.MEASURED) and isfinite(one.intensity):
                readings.setdefault(one.bias, []).append(one)
    moved = [one.bias for one in found if one.significant]
    rest = [name for name, of in readings.items() if len(of) > 1 and name not in moved]
    rest.sort(key=lambda name: -max(one.p_present * one.intensity for one in readings[name]))
    return [_one(timeline, name) for name in [*moved, *rest][:PANELS]]


def _one(timeline: Timeline, name: str) -> ProgressSeries:
    from charts.progress import ProgressPoint, ProgressSeries

    points = []
    for point in timeline.points:
        read = point.reading(name)
        if read is None:
            points.append(ProgressPoint(point.day, nan, nan, nan, 0))
        else:
            points.append(ProgressPoint(point.day, read.intensity, *read.ci90, read.n))
    return ProgressSeries(bias.name(name), points)
