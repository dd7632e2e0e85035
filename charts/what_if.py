"""What was beside what would have been, and what a fall of the market would do to each holding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from charts import candidates, course, ends, field, numbers, parts, sheet, theme
from charts.ends import End, Label
from charts.field import Field
from charts.parts import Bar, Group
from charts.render import render
from charts.sheet import Sheet
from charts.thinning import thin
from engine.arrays import Days, Floats

HEIGHT = 620
TICKS = 4
WIDTH = 5.0  # of a line
ASIDE = 26  # from a line to the amounts
LEAST = 0.001  # from the lowest to the highest, of the highest: less is a flat line
WAS, WOULD = "As it was", "What if"
MOST = 10  # holdings


def draw(
    days: Sequence[date],
    was: Sequence[float],
    would: Sequence[float],
    *,
    currency: str,
    title: str,
    subtitle: str,
    marks: Sequence[date] = (),
) -> bytes:
    """A PNG, 1,280 pixels wide; see ``compose``."""
    return render(
        compose(days, was, would, currency=currency, title=title, subtitle=subtitle, marks=marks)
    )


def compose(
    days: Sequence[date],
    was: Sequence[float],
    would: Sequence[float],
    *,
    currency: str,
    title: str,
    subtitle: str,
    marks: Sequence[date] = (),
) -> Figure:
    """Two courses of money over the same sorted ``days``; NaN where not known.

    Between them blue where the imagined one has more, orange where it has less. ``marks``: days on
    which the two part.
    """
    page = Sheet(title, subtitle)
    when = np.asarray(days, "datetime64[D]")
    real, imagined = (course.sane(np.asarray(one, np.float64)) for one in (was, would))
    known = np.isfinite(real) & np.isfinite(imagined)
    if not known.any():
        page.paragraph("Nothing to compare yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    when, real, imagined = when[known], real[known], imagined[known]
    plane = _lay(page, when, np.concatenate((real, imagined)), (real, imagined), currency)
    for mark in marks:
        _mark(page, plane, when, mark)
    x, low, high = plane.x(when), plane.y(real), plane.y(imagined)
    _fill(page, x, low, high)
    page.line(*thin(x, low), candidates.NOW, WIDTH)
    page.line(*thin(x, high), candidates.PROPOSED[0], WIDTH)
    colours = (candidates.NOW, candidates.PROPOSED[0])
    signs = (partial(candidates.mark_now, page), partial(candidates.mark_proposal, page, number=0))
    labels = _labels((real, imagined), currency)
    ends.draw(
        page,
        plane,
        [
            End(label, float(x[-1]), float(y[-1]), colour, sign)
            for label, y, colour, sign in zip(labels, (low, high), colours, signs, strict=True)
        ],
    )
    page.y = field.label_days(page, plane)
    return page.finish()


def draw_shock(
    losses: Sequence[tuple[str, float]],
    change: float,
    interval: tuple[float, float] | None,
    *,
    currency: str,
    title: str,
    subtitle: str,
) -> bytes:
    """A PNG, 1,280 pixels wide; see ``compose_shock``."""
    return render(
        compose_shock(losses, change, interval, currency=currency, title=title, subtitle=subtitle)
    )


def compose_shock(
    losses: Sequence[tuple[str, float]],
    change: float,
    interval: tuple[float, float] | None,
    *,
    currency: str,
    title: str,
    subtitle: str,
) -> Figure:
    """The change of the whole in money with its 90 % interval, and that of each holding below.

    Ten holdings at most, those with the largest change; the others are one bar.
    """

    def bar(name: str, amount: float) -> Bar:
        return Bar(name, numbers.money(amount, currency, signed=True), amount)

    low, high = sorted(interval) if interval else (math.nan, math.nan)
    said = numbers.money(change, currency, signed=True)
    if interval:
        said += " ({} to {})".format(
            *(numbers.money(end, currency, signed=True) for end in (low, high))
        )
    rows = sorted(losses, key=lambda one: -abs(one[1]))
    bars = [bar(name, amount) for name, amount in rows[:MOST]]
    if len(rows) > MOST:
        others = math.fsum(amount for _, amount in rows[MOST:])
        bars.append(bar(numbers.count(len(rows) - MOST, "others"), others))
    whole = Group("", [Bar("Together", said, change, low, high)])
    return parts.compose(
        [whole, Group("Of it", bars)], title=title, subtitle=subtitle, together=True
    )


def _labels(courses: Sequence[Floats], currency: str) -> list[Label]:
    return [
        Label.of(name, numbers.money(float(values[-1]), currency))
        for name, values in zip((WAS, WOULD), courses, strict=True)
    ]


def _lay(
    page: Sheet, when: Days, values: Floats, courses: Sequence[Floats], currency: str
) -> Field:
    low, high = float(values.min()), float(values.max())
    lacking = max(LEAST * max(abs(low), abs(high), 1.0) - (high - low), 0.0)
    air = 0.04 * (high - low)
    plane = field.over(when, low - lacking / 2 - air, high + lacking / 2 + air)
    marks = {
        tick: numbers.money(tick, currency) for tick in field.ticks(plane.low, plane.high, TICKS)
    }
    if len(set(marks.values())) < len(marks):  # too close to be told apart
        marks = {}
    room = max((sheet.width(words, theme.SMALL) + ASIDE for words in marks.values()), default=0.0)
    beside = max(label.width for label in _labels(courses, currency))
    page.y += theme.SMALL * 1.6  # for the words of marks
    plane = plane.placed(page.left + room, page.y, page.right - beside - ends.AWAY, page.y + HEIGHT)
    for tick in marks:
        y = plane.at(tick)
        page.line((plane.left, plane.right), (y, y), theme.TRACK, 3)
    field.label_values(page, plane, marks, away=ASIDE)
    return plane


def _mark(page: Sheet, plane: Field, when: Days, mark: date) -> None:
    day = np.array([mark], "datetime64[D]")
    if not when[0] <= day[0] <= when[-1]:
        return
    x = float(plane.x(day)[0])
    page.line((x, x), (plane.top - 8, plane.bottom), theme.MUTED, 3, dashed=True)
    words = field.day_words(mark)
    half = sheet.width(words, theme.SMALL) / 2
    middle = min(max(x, plane.left + half), plane.right - half)
    page.text(
        middle,
        plane.top - theme.SMALL * 0.9,
        words,
        theme.SMALL,
        colour=theme.MUTED,
        side="center",
    )


def _fill(page: Sheet, x: Floats, was: Floats, would: Floats) -> None:
    """What is between the two, by which is above; in pixels, downwards."""
    apart = was - would
    crossing = np.flatnonzero(apart[:-1] * apart[1:] < 0)
    share = apart[crossing] / (apart[crossing] - apart[crossing + 1])
    x, was, would = (
        np.insert(one, crossing + 1, one[crossing] + share * (one[crossing + 1] - one[crossing]))
        for one in (x, was, would)
    )
    edges = ((theme.ABOVE, np.minimum(was, would)), (theme.BELOW, np.maximum(was, would)))
    for colour, edge in edges:
        if np.any(np.abs(edge - was) > LEAST):
            outline = np.column_stack((np.append(x, x[::-1]), np.append(edge, was[::-1])))
            page.shape(outline, colour)
