"""The part of a picture where something goes on over time: days to the right, values up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from charts import sheet, theme
from charts.sheet import Sheet, Side
from engine.arrays import Days, Flags, Floats

TICK = 10
APART = 28  # least distance of two labels
STEPS = (1, 2, 5)
EPOCH = date(1970, 1, 1).toordinal()
MONTHS_FROM = 92  # days: a longer time is told by months, a shorter one by days


@dataclass(frozen=True, slots=True)
class Field:
    """A rectangle of the page, in pixels, and what its edges stand for."""

    left: float
    top: float
    right: float
    bottom: float
    first: float  # days since 1970
    last: float
    low: float
    high: float

    def x(self, days: Days) -> Floats:
        """A single day stands in the middle."""
        numbers = _numbers(days)
        if self.first == self.last:
            return np.full(len(numbers), (self.left + self.right) / 2)
        share = (numbers - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * share

    def y(self, values: Floats | float) -> Floats:
        """Values beyond the edges end up on them."""
        share = (np.clip(values, self.low, self.high) - self.low) / (self.high - self.low)
        return np.asarray(self.bottom - (self.bottom - self.top) * share, dtype=np.float64)

    def at(self, value: float) -> float:
        return float(self.y(value))

    def placed(self, left: float, top: float, right: float, bottom: float) -> Field:
        return replace(self, left=left, top=top, right=right, bottom=bottom)


def over(days: Days, low: float, high: float) -> Field:
    """A field for ``days`` (at least one) and values from ``low`` to ``high``, as yet nowhere."""
    numbers = _numbers(days)
    return Field(0.0, 0.0, 1.0, 1.0, float(numbers.min()), float(numbers.max()), low, high)


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most ``most`` round numbers from ``low`` to ``high``, at equal distances."""
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    while True:
        for factor in STEPS:
            begin, end = math.ceil(low / (step * factor)), math.floor(high / (step * factor))
            if end - begin < most:
                return [step * factor * number for number in range(begin, end + 1)]
        step *= 10


def runs(known: Flags) -> list[slice]:
    """The stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def wash(page: Sheet, x: Floats, y: Floats, level: float, above: str, below: str) -> None:
    """Fill what is between a line without gaps and ``level``, in pixels, by which side it is on."""
    over_it = np.sign(y - level)
    crossing = np.flatnonzero(over_it[:-1] * over_it[1:] < 0)
    share = (level - y[crossing]) / (y[crossing + 1] - y[crossing])
    x = np.insert(x, crossing + 1, x[crossing] + share * (x[crossing + 1] - x[crossing]))
    y = np.insert(y, crossing + 1, level)
    for colour, edge in ((above, np.minimum(y, level)), (below, np.maximum(y, level))):
        if np.any(edge != level):
            ground = np.full(len(x), level)
            page.shape(
                np.column_stack((np.append(x, x[::-1]), np.append(edge, ground))),
                colour,
            )


def label_values(
    page: Sheet, field: Field, labels: Mapping[float, str], *, away: float = 16
) -> None:
    """Each label to the left of the field, at the height of its value."""
    x = field.left - away
    for value, label in labels.items():
        page.text(x, field.at(value), label, theme.SMALL, colour=theme.MUTED, side="right")


def label_days(page: Sheet, field: Field, notes: Mapping[int, str] | None = None) -> float:
    """Years below the field, or where two do not fit its first and its last day.

    ``notes``: a word for each year, in a second line, if they fit (``notes_fit``). Says how far
    down the page it went.
    """
    y = field.bottom + TICK + theme.SMALL * theme.LINE / 2
    if field.first == field.last:
        only = day_words(_date(field.first))
        middle = (field.left + field.right) / 2
        page.text(middle, y, only, theme.SMALL, colour=theme.MUTED, side="center")
        return y + theme.SMALL * theme.LINE / 2
    years = _years(field)
    shown = _fitting(field, years)
    if len(shown) < 2:
        _ends(page, field, y)
        return y + theme.SMALL * theme.LINE / 2
    for year, (begin, end) in years.items():
        if year in shown and begin > field.left:
            page.line((begin, begin), (field.bottom, field.bottom + TICK), theme.RULE, 3)
        if year in shown:
            middle = (begin + end) / 2
            page.text(middle, y, str(year), theme.SMALL, colour=theme.MUTED, side="center")
    if notes and notes_fit(field, notes):
        y += theme.SMALL * theme.LINE
        for year in shown:
            middle = sum(years[year]) / 2
            page.text(middle, y, notes[year], theme.SMALL, side="center")
    return y + theme.SMALL * theme.LINE / 2


def notes_fit(field: Field, notes: Mapping[int, str]) -> bool:
    """Whether every year that can be told below ``field`` has a note, and room for it."""
    if field.first == field.last:
        return False
    years = _years(field)
    shown = _fitting(field, years)
    return len(shown) > 1 and all(
        year in notes
        and years[year][1] - years[year][0] >= sheet.width(notes[year], theme.SMALL) + APART / 2
        for year in shown
    )


def _numbers(days: Days) -> Floats:
    return days.astype("datetime64[D]").astype(np.int64).astype(np.float64)


def _date(number: float) -> date:
    return date.fromordinal(int(number) + EPOCH)


def _years(field: Field) -> dict[int, tuple[float, float]]:
    """From where to where each year goes, in pixels, as far as it can be seen."""
    first, last = _date(field.first).year, _date(field.last).year
    begins = [date(year, 1, 1).toordinal() - EPOCH for year in range(first, last + 1)]
    scale = (field.right - field.left) / (field.last - field.first)
    xs = [field.left + scale * (begin - field.first) for begin in begins]
    xs = [max(xs[0], field.left), *xs[1:], field.right]
    return {first + k: (xs[k], xs[k + 1]) for k in range(last - first + 1)}


def _fitting(field: Field, years: Mapping[int, tuple[float, float]]) -> list[int]:
    """Every year, or every second, fifth, tenth ...: those whose labels do not touch."""
    room = sheet.width("2000", theme.SMALL)
    whole = (field.right - field.left) / (field.last - field.first) * 365
    steps = (10**k * step for k in range(5) for step in STEPS)
    step = next(step for step in steps if step * whole >= room + APART)
    least = room + APART / 2 if step == 1 else whole * 0.9  # of a year that is seen in part
    return [
        year
        for year, (begin, end) in years.items()
        if year % step == 0
        and end - begin >= least
        and (begin + end - room) / 2 >= field.left
        and (begin + end + room) / 2 <= field.right
    ]


def _ends(page: Sheet, field: Field, y: float) -> None:
    first, last = _date(field.first), _date(field.last)
    months = field.last - field.first > MONTHS_FROM
    begin, end = (f"{day:%b} {day.year}" if months else day_words(day) for day in (first, last))
    rooms = [sheet.width(words, theme.SMALL) for words in (begin, end)]
    sides: Sequence[tuple[float, str, Side]] = (
        (field.left, begin, "left"),
        (field.right, end, "right"),
    )
    if sum(rooms) + APART > field.right - field.left:
        sides = (((field.left + field.right) / 2, end, "center"),)
    for x, words, side in sides:
        page.text(x, y, words, theme.SMALL, colour=theme.MUTED, side=side)


def day_words(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
