"""Proposals against the present portfolio on days that none of them was made from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from charts import candidates, course, ends, field, numbers, sheet, theme, yearly
from charts.ends import End, Label
from charts.field import Field
from charts.render import render
from charts.sheet import Sheet
from charts.yearly import Difference
from engine.arrays import Days, Flags, Floats

HEIGHT = 660
TICKS = 4
ASIDE = 26  # from a line that is but a mark on the first day to the amounts
WIDTH = 5.0  # of a line
LEAST = 0.001  # from the lowest to the highest, of the highest: less is a flat line


@dataclass(frozen=True, slots=True)
class Track:
    """A portfolio out of sample: ``values[k]`` money on day k, after costs; NaN: not known.

    Of a proposal: ``yearly`` and ``difference`` (a year, on average) against the present one.
    """

    name: str
    values: Sequence[float]
    yearly: Sequence[Difference] = ()
    difference: Difference | None = None


def draw(
    days: Sequence[date],
    now: Track,
    proposals: Sequence[Track],
    *,
    currency: str,
    title: str,
    subtitle: str,
) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(days, now, proposals, currency=currency, title=title, subtitle=subtitle))


def compose(
    days: Sequence[date],
    now: Track,
    proposals: Sequence[Track],
    *,
    currency: str,
    title: str,
    subtitle: str,
) -> Figure:
    """The growth of the same money, and for each proposal (three at most) its years against now.

    ``days`` are sorted and as many as the values of each track. The present portfolio is grey.
    ISO 4217 ``currency``.
    """
    page = Sheet(title, subtitle)
    shown = proposals[: candidates.MOST]
    when = np.asarray(days, "datetime64[D]")
    curves = [_Line.of(track, number) for number, track in enumerate((now, *shown), start=-1)]
    drawn = [curve for curve in curves if curve.known.any()]
    panels = [
        (number, track)
        for number, track in enumerate(shown)
        if track.difference is not None or any(math.isfinite(one.value) for one in track.yearly)
    ]
    if drawn:
        _growth(page, when, drawn, currency)
    if panels:
        page.y += 24
        yearly.draw(page, [(n, one.name, one.yearly, one.difference) for n, one in panels])
    if not drawn and not panels:
        page.paragraph("Nothing was tested yet.", theme.BODY, colour=theme.MUTED, most=1)
    missing = [curve.name or "one portfolio" for curve in curves if curve not in drawn]
    if drawn and missing:
        page.listing("Without values:", missing)
    if len(proposals) > len(shown):
        more = f"and {numbers.count(len(proposals) - len(shown), 'proposals')} more"
        page.paragraph(more, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    name: str
    number: int  # -1: the present portfolio
    values: Floats
    known: Flags

    @classmethod
    def of(cls, track: Track, number: int) -> _Line:
        values = course.sane(np.asarray(track.values, dtype=np.float64))
        return cls(track.name, number, values, np.isfinite(values))

    @property
    def colour(self) -> str:
        return candidates.PROPOSED[self.number] if self.number >= 0 else candidates.NOW

    @property
    def last(self) -> int:
        return int(np.flatnonzero(self.known)[-1])

    def draw(self, page: Sheet, x: Floats, plane: Field) -> None:
        for run in field.runs(self.known):
            y = plane.y(self.values[run])
            if run.stop - run.start == 1:
                page.dot(float(x[run][0]), float(y[0]), WIDTH, self.colour)
            page.line(x[run], y, self.colour, WIDTH)

    def end(self, page: Sheet, label: Label, x: Floats, plane: Field) -> End:
        mark = partial(candidates.mark_now, page)
        if self.number >= 0:
            mark = partial(candidates.mark_proposal, page, number=self.number)
        last = self.last
        return End(label, float(x[last]), plane.at(float(self.values[last])), self.colour, mark)


def _growth(page: Sheet, days: Days, lines: Sequence[_Line], currency: str) -> None:
    """The lines of all portfolios, and their names at their ends."""
    known = np.logical_or.reduce([line.known for line in lines])
    values = np.concatenate([line.values[line.known] for line in lines])
    low, high = float(values.min()), float(values.max())
    lacking = max(LEAST * max(abs(low), abs(high), 1.0) - (high - low), 0.0)
    air = 0.04 * (high - low)
    plane = field.over(days[known], low - lacking / 2 - air, high + lacking / 2 + air)
    marks = {
        tick: numbers.money(tick, currency) for tick in field.ticks(plane.low, plane.high, TICKS)
    }
    if len(set(marks.values())) < len(marks):  # too close to be told apart
        marks = {}
    room = max((sheet.width(words, theme.SMALL) + ASIDE for words in marks.values()), default=0.0)
    labels = [
        Label.of(line.name, numbers.money(float(line.values[line.last]), currency))
        for line in lines
    ]
    beside = max(label.width for label in labels)
    page.y += theme.SMALL / 2
    plane = plane.placed(page.left + room, page.y, page.right - beside - ends.AWAY, page.y + HEIGHT)
    for tick in marks:
        y = plane.at(tick)
        page.line((plane.left, plane.right), (y, y), theme.TRACK, 3)
    field.label_values(page, plane, marks, away=ASIDE)
    page.line((plane.left, plane.right), (plane.bottom, plane.bottom), theme.RULE, 3)
    x = plane.x(days)
    for line in lines:
        line.draw(page, x, plane)
    named = [line.end(page, label, x, plane) for line, label in zip(lines, labels, strict=True)]
    ends.draw(page, plane, named)
    page.y = field.label_days(page, plane)
