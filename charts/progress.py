"""How strong some habits were month after month, each in a panel of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from matplotlib.figure import Figure

from charts import field, sheet, theme
from charts.field import Field
from charts.render import render
from charts.sheet import Sheet
from engine.arrays import Days, Flags, Floats

MOST = 6  # panels
BESIDE = 4  # from so many on, two stand side by side
HEIGHT = 270  # of a field
TALL = 480  # of the only one
BETWEEN = 40
GAP = 34
SCALE = {0.0: "0", 50.0: "50", 100.0: "100"}
KEY = "Dashed: 50 = average investor in the studies. Band: 90% interval."
GREY = "Grey: not enough data."


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """A month, or any other stretch that ended on ``day``; ``intensity`` NaN: not enough data."""

    day: date
    intensity: float  # 0 to 100
    low: float  # of its 90 % interval
    high: float
    n: int  # what was counted


@dataclass(frozen=True, slots=True)
class ProgressSeries:
    name: str
    points: Sequence[ProgressPoint]


def draw(series: Sequence[ProgressSeries], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(series, title=title, subtitle=subtitle))


def compose(series: Sequence[ProgressSeries], *, title: str, subtitle: str) -> Figure:
    """Intensity over time with its 90 % interval, six panels at most, all over the same days.

    Where there was not enough data the panel is grey.
    """
    page = Sheet(title, subtitle)
    drawings = [_Drawing.of(one) for one in series[:MOST]]
    days = np.concatenate([np.empty(0, "datetime64[D]"), *(one.days for one in drawings)])
    if not len(days):
        page.paragraph("Nothing to follow yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    whole = field.over(days, 0.0, 100.0)
    scale = max(sheet.width(words, theme.SMALL) for words in SCALE.values()) + 20
    columns = 2 if len(drawings) >= BESIDE else 1
    width = (page.right - page.left - scale - (columns - 1) * BETWEEN) / columns
    height = TALL if len(drawings) == 1 else HEIGHT
    for begin in range(0, len(drawings), columns):
        row = drawings[begin : begin + columns]
        lefts = [page.left + scale + k * (width + BETWEEN) for k in range(len(row))]
        _headings(page, row, lefts, width)
        planes = [whole.placed(x, page.y, x + width, page.y + height) for x in lefts]
        field.label_values(page, planes[0], SCALE)
        for drawing, plane in zip(row, planes, strict=True):
            drawing.draw(page, plane)
        page.y = max(field.label_days(page, plane) for plane in planes) + GAP
    gaps = any(not one.known.all() for one in drawings)
    page.paragraph(f"{KEY} {GREY}" if gaps else KEY, theme.SMALL, colour=theme.MUTED, most=3)
    if len(series) > MOST:
        more = f"and {len(series) - MOST:,} more"
        page.paragraph(more, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


def _headings(page: Sheet, row: Sequence[_Drawing], lefts: Sequence[float], width: float) -> None:
    """The names above the fields, in two lines where they need them, and where each ended."""
    names = [sheet.wrap(one.name, [width] * 2, theme.BODY, bold=True) for one in row]
    lines = max(1, *(len(name) for name in names))
    for x, name, one in zip(lefts, names, row, strict=True):
        y = page.y + theme.BODY * theme.LINE * (lines - len(name) + 0.5)
        for line in name:
            page.text(x, y, line, theme.BODY, bold=True)
            y += theme.BODY * theme.LINE
        last = sheet.shorten(one.last(), width, theme.SMALL)
        page.text(x, y, last, theme.SMALL, colour=theme.MUTED)
    page.y += theme.BODY * theme.LINE * lines + theme.SMALL * theme.LINE + 14


@dataclass(frozen=True, slots=True)
class _Drawing:
    name: str
    days: Days
    intensity: Floats
    low: Floats
    high: Floats
    known: Flags

    @classmethod
    def of(cls, series: ProgressSeries) -> _Drawing:
        points = sorted(series.points, key=lambda point: point.day)
        rows = [(point.intensity, point.low, point.high) for point in points]
        values = np.asarray(rows, dtype=np.float64).reshape(-1, 3)
        days = np.asarray([point.day for point in points], dtype="datetime64[D]")
        known = np.isfinite(values[:, 0])
        return cls(series.name, days, values[:, 0], values[:, 1], values[:, 2], known)

    def last(self) -> str:
        """The last strength that is known: "62 in May 2024"."""
        if not self.known.any():
            return "not enough data yet"
        number = int(np.flatnonzero(self.known)[-1])
        day: date = self.days[number].item()
        strength = min(max(float(self.intensity[number]), 0.0), 100.0)
        return f"{strength:.0f} in {day:%b} {day.year}"

    def draw(self, page: Sheet, plane: Field) -> None:
        x = plane.x(self.days)
        for left, right in self._gaps(x, plane):
            page.box(left, plane.top, right - left, plane.bottom - plane.top, theme.TRACK)
            if self.known.any():  # else it is said above
                _say_so(page, plane, left, right)
        banded = self.known & np.isfinite(self.low) & np.isfinite(self.high)
        for run in field.runs(banded):
            low, high = plane.y(self.low[run]), plane.y(self.high[run])
            if run.stop - run.start > 1:
                around = np.append(x[run], x[run][::-1]), np.append(low, high[::-1])
                page.shape(np.column_stack(around), theme.BAND)
            else:
                page.line(np.repeat(x[run], 2), np.append(low, high), theme.BAND, 14)
        page.line((plane.left, plane.right), (plane.bottom, plane.bottom), theme.RULE, 3)
        half = plane.at(50)
        page.line((plane.left, plane.right), (half, half), theme.MUTED, 3, dashed=True)
        for run in field.runs(self.known):
            y = plane.y(self.intensity[run])
            page.line(x[run], y, theme.STRONG, 7)
            if run.stop - run.start == 1:
                page.dot(float(x[run][0]), float(y[0]), 18, theme.STRONG)
        if self.known.any():
            number = int(np.flatnonzero(self.known)[-1])
            page.dot(float(x[number]), plane.at(float(self.intensity[number])), 22, theme.STRONG)

    def _gaps(self, x: Floats, plane: Field) -> list[tuple[float, float]]:
        """From the last point before each gap to the first after it, in pixels."""
        if not len(x):
            return [(plane.left, plane.right)]
        return [
            (
                float(x[run.start - 1]) if run.start else plane.left,
                float(x[run.stop]) if run.stop < len(x) else plane.right,
            )
            for run in field.runs(~self.known)
        ]


def _say_so(page: Sheet, plane: Field, left: float, right: float) -> None:
    """Why it is grey, above the dashed line, on one line or two, where there is room."""
    for lines in (("not enough data",), ("not enough", "data")):
        if max(sheet.width(line, theme.SMALL) for line in lines) <= right - left - BETWEEN:
            y = plane.top + 8
            for line in lines:
                y += theme.SMALL * theme.LINE / 2
                x = (left + right) / 2
                page.text(x, y, line, theme.SMALL, colour=theme.MUTED, side="center")
                y += theme.SMALL * theme.LINE / 2
            return
