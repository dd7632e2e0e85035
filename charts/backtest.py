"""Portfolios over the same past days: what the same money became, and how far it fell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from charts import candidates, course, ends, field, numbers, sheet, theme
from charts.ends import End, Label
from charts.field import Field
from charts.render import render
from charts.sheet import Sheet
from charts.thinning import thin
from engine.arrays import Days, Floats
from engine.backtest.crises import CRISES

MOST = candidates.MOST
HEIGHT = 560  # of the growth
DEEP = 300  # of the falls
BETWEEN = 26
TICKS = 4
LOGARITHMIC = 6.0  # times the smallest amount: beyond, equal heights are equal growth
LEAST = 0.001  # from the lowest to the highest, of the highest: less is a flat line
SHALLOW = 0.02  # the deepest fall that is drawn, at least
ASIDE = 26  # from a line to the amounts
WIDTH = 4.5  # of a line
THIN = 3.0  # of a line among the falls
CRISIS = theme.TRACK
NARROWEST = 5.0  # pixels that a shade takes
DEEPEST = "Deepest"
SHADED = "Grey: the stock market fell, in"


@dataclass(frozen=True, slots=True)
class Line:
    """``worth``: (D,) of 1 at the start; NaN: not known."""

    name: str
    worth: Sequence[float]


def draw(
    days: Sequence[date],
    lines: Sequence[Line],
    *,
    capital: float,
    currency: str,
    title: str,
    subtitle: str,
    alone: bool = False,
) -> bytes:
    """A PNG, 1,280 pixels wide; see ``compose``."""
    return render(
        compose(
            days,
            lines,
            capital=capital,
            currency=currency,
            title=title,
            subtitle=subtitle,
            alone=alone,
        )
    )


def compose(
    days: Sequence[date],
    lines: Sequence[Line],
    *,
    capital: float,
    currency: str,
    title: str,
    subtitle: str,
    alone: bool = False,
) -> Figure:
    """What ``capital`` became in each line (three at most), and below it the falls from the peak.

    ``days`` are sorted and as many as the worths of each line. ISO 4217 ``currency``. Amounts are
    on a logarithmic scale where the largest is over six times the smallest, which is said.
    ``alone``: money went in or out later, which the lines leave out and the heading says.
    """
    page = Sheet(title, subtitle)
    when = np.asarray(days, "datetime64[D]")
    curves = [
        _Curve.of(line, capital, number)
        for number, line in enumerate(lines[:MOST])
        if any(math.isfinite(one) for one in line.worth)
    ]
    if not curves:
        page.paragraph("Nothing was tested yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    labels = [Label.of(one.name, numbers.money(one.last, currency)) for one in curves]
    scale = _scale(curves, currency)
    first = "the first " if alone else ""
    _heading(page, f"What {first}{numbers.money(capital, currency)} became{scale.said}")
    edges = _edges(page, scale, labels)
    plane = field.over(when, scale.low, scale.high)
    plane = plane.placed(edges[0], page.y, edges[1], page.y + HEIGHT)
    named = _crises(page, plane, plane.top, plane.bottom)
    _lay(page, plane, scale.marks)
    x = plane.x(when)
    for one in curves:
        _stretch(page, x, plane.y(scale.place(one.values)), one, WIDTH)
    ends.draw(
        page,
        plane,
        [one.end(page, plane, x, scale, label) for one, label in zip(curves, labels, strict=True)],
    )
    page.y = field.label_days(page, plane) + BETWEEN
    _falls(page, when, curves, edges)
    if named:
        page.y += 14
        words = f"{SHADED} {', '.join(named)}."
        page.paragraph(words, theme.SMALL, colour=theme.MUTED, most=2)
    return page.finish()


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    name: str
    number: int
    values: Floats  # money, NaN: not known

    @classmethod
    def of(cls, line: Line, capital: float, number: int) -> _Curve:
        values = course.sane(np.asarray(line.worth, dtype=np.float64) * capital)
        return cls(line.name, number, values)

    @property
    def colour(self) -> str:
        return candidates.PROPOSED[self.number]

    @property
    def row(self) -> int:
        return int(np.flatnonzero(np.isfinite(self.values))[-1])

    @property
    def last(self) -> float:
        return float(self.values[self.row])

    def end(self, page: Sheet, plane: Field, x: Floats, scale: _Scale, label: Label) -> End:
        y = float(plane.y(scale.place(self.values[self.row : self.row + 1]))[0])
        mark = partial(candidates.mark_proposal, page, number=self.number)
        return End(label, float(x[self.row]), y, self.colour, mark)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Amounts as heights: their logarithms, or themselves."""

    low: float
    high: float
    marks: dict[float, str]  # by height
    logarithmic: bool

    @property
    def said(self) -> str:
        return " (log scale)" if self.logarithmic else ""

    def place(self, amounts: Floats) -> Floats:
        return np.log10(amounts) if self.logarithmic else amounts


def _scale(curves: Sequence[_Curve], currency: str) -> _Scale:
    values = np.concatenate([one.values for one in curves])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    logarithmic = low > 0.0 and high > LOGARITHMIC * low
    if logarithmic:
        ticks = {math.log10(tick): tick for tick in _round(low, high)}
        low, high = math.log10(low), math.log10(high)
    else:
        lacking = max(LEAST * max(abs(low), abs(high), 1.0) - (high - low), 0.0)
        low, high = low - lacking / 2, high + lacking / 2
        ticks = {tick: tick for tick in field.ticks(low, high, TICKS)}
    marks = {height: numbers.money(tick, currency) for height, tick in ticks.items()}
    if len(set(marks.values())) < len(marks):  # too close to be told apart
        marks = {}
    air = 0.04 * (high - low)
    return _Scale(low - air, high + air, marks, logarithmic)


def _round(low: float, high: float) -> list[float]:
    """Amounts on a logarithmic scale: 1, 2, 5, 10, or fewer of them where they are many."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors, step in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        found = [
            factor * 10.0**power for power in powers if power % step == 0 for factor in factors
        ]
        found = [one for one in found if low <= one <= high]
        if len(found) <= TICKS + 1:
            break
    return found


def _heading(page: Sheet, words: str) -> None:
    page.paragraph(words, theme.SMALL, bold=True, colour=theme.MUTED, most=1)
    page.y += theme.SMALL * 0.7


def _edges(page: Sheet, scale: _Scale, labels: Sequence[Label]) -> tuple[float, float]:
    """From where to where days go, in both parts."""
    said = [*scale.marks.values(), numbers.percent(-1.0)]
    room = max(sheet.width(words, theme.SMALL) for words in said) + ASIDE
    beside = max(label.width for label in labels)
    beside = max(beside, sheet.width(DEEPEST, theme.SMALL))
    return page.left + room, page.right - beside - ends.AWAY


def _lay(page: Sheet, plane: Field, marks: dict[float, str]) -> None:
    for tick in marks:
        y = plane.at(tick)
        page.line((plane.left, plane.right), (y, y), theme.TRACK, 3)
    field.label_values(page, plane, marks, away=ASIDE)


def _crises(page: Sheet, plane: Field, top: float, bottom: float) -> list[str]:
    """Shades the days of falls of the market that lie within, and names them."""
    named = []
    for crisis in CRISES:
        between = np.array([crisis.peak, crisis.trough], "datetime64[D]")
        first, last = (float(one) for one in between.astype(np.int64))
        if first < plane.first or last > plane.last:
            continue
        left, right = plane.x(between)
        wide = max(float(right - left), NARROWEST)
        page.box(float(left), top, wide, bottom - top, CRISIS)
        named.append(crisis.name)
    return named


def _stretch(page: Sheet, x: Floats, y: Floats, one: _Curve, width: float) -> None:
    for run in field.runs(np.isfinite(y)):
        if run.stop - run.start == 1:
            page.dot(float(x[run][0]), float(y[run][0]), width, one.colour)
        page.line(*thin(x[run], y[run]), one.colour, width)


def _falls(page: Sheet, when: Days, curves: Sequence[_Curve], edges: tuple[float, float]) -> None:
    """How far each is below its highest value so far, and beside it the deepest point."""
    below = [_below(one.values) for one in curves]
    deepest = [float(np.nanmin(values)) for values in below]
    low = min(*deepest, -SHALLOW)
    _heading(page, "Below the highest value so far")
    plane = field.over(when, low * 1.04, 0.0)
    plane = plane.placed(edges[0], page.y, edges[1], page.y + DEEP)
    _crises(page, plane, plane.top, plane.bottom)
    marks = {tick: numbers.percent(tick) for tick in field.ticks(plane.low, 0.0, TICKS)}
    _lay(page, plane, marks)
    x = plane.x(when)
    # The deepest first, so that the others are seen before it.
    for number in sorted(range(len(curves)), key=lambda number: deepest[number]):
        _stretch(page, x, plane.y(below[number]), curves[number], THIN)
    _name_deepest(page, plane, curves, deepest)
    page.y = plane.bottom


def _name_deepest(
    page: Sheet, plane: Field, curves: Sequence[_Curve], deepest: Sequence[float]
) -> None:
    """To the right of the falls."""
    left = plane.right + ends.AWAY
    step = theme.SMALL * theme.LINE
    y = plane.top + step / 2
    page.text(left, y, DEEPEST, theme.SMALL, colour=theme.MUTED)
    for one, fall in zip(curves, deepest, strict=True):
        y += step
        candidates.mark_proposal(page, left + candidates.SIZE / 2, y, one.number)
        page.text(left + candidates.SIZE + 12, y, numbers.percent(fall), theme.SMALL)


def _below(values: Floats) -> Floats:
    peaks = np.fmax.accumulate(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(peaks > 0.0, values / peaks - 1.0, np.where(np.isnan(values), np.nan, 0.0))
