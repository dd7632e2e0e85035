"""Money over time: the field it is drawn in, its zero, its years, and how sure its end is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from charts import field, numbers, sheet, theme
from charts.field import Field
from charts.sheet import Sheet
from engine.arrays import Days, Floats

HEIGHT = 600
LEAST = 10.0  # money from the lowest to the highest: less than that is a flat line
TICKS = 4
AWAY = 34  # of the bracket from the end of the line
CAP = 12
ASIDE = 20  # between the bracket and its words
Interval = tuple[float, float]


def lay(
    page: Sheet,
    days: Days,
    values: Floats,
    *,
    ci: Interval | None,
    currency: str,
    signed: bool,
    notes: Mapping[int, str] | None = None,
) -> Field:
    """Zero, a few round amounts, the years, and at the right the last value with its interval.

    ``days`` (sorted) and ``values`` (finite) have the same length, at least one. ``notes``: a word
    for each year. ``page.y`` is below all of it afterwards; the line itself is left to be drawn.
    """
    ends = [float(values[-1]), *(ci or ())]
    low, high = min(0.0, float(values.min()), *ends), max(0.0, float(values.max()), *ends)
    if high - low < LEAST:
        low, high = (low, low + LEAST) if high > -low else (high - LEAST, high)
    plane = field.over(days, low, high)
    marks = {tick: numbers.money(tick, currency) for tick in field.ticks(low, high, TICKS)}
    room = max(sheet.width(words, theme.SMALL) for words in marks.values())
    said = [numbers.money(end, currency, signed=signed) for end in ends]
    beside = max(sheet.width(words, theme.BODY, bold=True) for words in said)
    page.y += theme.SMALL / 2
    plane = plane.placed(
        page.left + room + 20,
        page.y,
        page.right - beside - ASIDE - AWAY - CAP,
        page.y + HEIGHT,
    )
    for tick in marks:
        y = plane.at(tick)
        page.line((plane.left, plane.right), (y, y), theme.TRACK, 3)
    page.line((plane.left, plane.right), (plane.at(0), plane.at(0)), theme.RULE, 4)
    field.label_values(page, plane, marks)
    _end(page, plane, ends, said)
    page.y = field.label_days(page, plane, notes)
    return plane


def sane_interval(ci: Interval | None) -> Interval | None:
    """``ci`` where both ends are amounts of money."""
    if ci is None or not all(abs(end) < numbers.LARGEST for end in ci):
        return None
    return min(ci), max(ci)


def sane(values: Floats) -> Floats:
    """``values`` with NaN in place of what is no amount of money."""
    return np.where(np.abs(values) < numbers.LARGEST, values, math.nan)


def _end(page: Sheet, plane: Field, ends: Sequence[float], said: Sequence[str]) -> None:
    """The last value, and a bracket around it, with their words to the right."""
    x = plane.right + AWAY
    if len(ends) > 1:
        low, high = plane.at(ends[1]), plane.at(ends[2])
        page.line((x, x), (low, high), theme.MUTED, 4)
        for y in (low, high):
            page.line((x - CAP, x + CAP), (y, y), theme.MUTED, 4)
    page.dot(x, plane.at(ends[0]), 22, theme.INK)
    order = sorted(range(len(ends)), key=lambda number: (-ends[number], number))
    wanted = [plane.at(ends[number]) for number in order]
    for number, y in zip(order, _spread(wanted, plane.top, plane.bottom), strict=True):
        last = number == 0
        page.text(
            x + CAP + ASIDE,
            y,
            said[number],
            theme.BODY if last else theme.SMALL,
            bold=last,
            colour=theme.INK if last else theme.MUTED,
        )


def _spread(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Heights of lines of text near the wanted ones (sorted), far enough from each other."""
    apart = theme.BODY * theme.LINE
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + apart if placed else top))
    limit = bottom
    for number in reversed(range(len(placed))):
        placed[number] = min(placed[number], limit)
        limit = placed[number] - apart
    return placed
