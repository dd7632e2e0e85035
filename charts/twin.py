"""The disciplined twin against the person: how far apart the two were, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from matplotlib.figure import Figure

from charts import course, field, theme
from charts.render import render
from charts.sheet import Sheet


def draw(
    days: Sequence[date],
    difference: Sequence[float],
    *,
    ci: tuple[float, float] | None,
    currency: str,
    title: str,
    subtitle: str,
) -> bytes:
    """A PNG, 1,280 pixels wide; see ``compose``."""
    return render(
        compose(days, difference, ci=ci, currency=currency, title=title, subtitle=subtitle)
    )


def compose(
    days: Sequence[date],
    difference: Sequence[float],
    *,
    ci: tuple[float, float] | None,
    currency: str,
    title: str,
    subtitle: str,
) -> Figure:
    """The money of the twin minus that of the person, with the ground between it and zero filled.

    ``difference[k]`` is that of ``days[k]``; NaN where it is not known: the line is broken there.
    ``ci``: the 90 % interval of the last one. ISO 4217 ``currency``.
    """
    page = Sheet(title, subtitle)
    when, values = (
        np.asarray(days, "datetime64[D]"),
        course.sane(np.asarray(difference, np.float64)),
    )
    order = np.argsort(when, kind="stable")
    when, values = when[order], values[order]
    known = np.isfinite(values)
    if not known.any():
        page.paragraph("No difference to show yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    begin, end = np.flatnonzero(known)[[0, -1]]
    when, values, known = when[begin : end + 1], values[begin : end + 1], known[begin : end + 1]
    interval = course.sane_interval(ci)
    plane = course.lay(
        page, when[known], values[known], ci=interval, currency=currency, signed=True
    )
    x, y, zero = plane.x(when), plane.y(values), plane.at(0)
    for run in field.runs(known):
        field.wash(page, x[run], y[run], zero, theme.ABOVE, theme.BELOW)
    page.line((plane.left, plane.right), (zero, zero), theme.RULE, 4)
    for run in field.runs(known):
        if run.stop - run.start == 1:
            page.dot(float(x[run][0]), float(y[run][0]), 10, theme.STRONG)
        page.line(x[run], y[run], theme.STRONG, 6)
    page.y += 16
    page.paragraph(_key(interval is not None), theme.SMALL, colour=theme.MUTED, most=3)
    return page.finish()


def _key(interval: bool) -> str:
    words = "Above zero the twin has more, below it you do."
    return f"{words} Bracket: 90% interval of the last day." if interval else words
