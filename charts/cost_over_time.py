"""What a habit has cost up to each day, and how sure the sum is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from matplotlib.figure import Figure

from charts import course, field, numbers, theme
from charts.field import Field
from charts.render import render
from charts.sheet import Sheet
from engine.arrays import Days, Floats


def draw(
    days: Sequence[date],
    amounts: Sequence[float],
    *,
    total_ci: tuple[float, float] | None,
    currency: str,
    title: str,
    subtitle: str,
) -> bytes:
    """A PNG, 1,280 pixels wide; see ``compose``."""
    return render(
        compose(days, amounts, total_ci=total_ci, currency=currency, title=title, subtitle=subtitle)
    )


def compose(
    days: Sequence[date],
    amounts: Sequence[float],
    *,
    total_ci: tuple[float, float] | None,
    currency: str,
    title: str,
    subtitle: str,
) -> Figure:
    """A line that rises by what each trade cost and falls by what it gained.

    ``amounts[k]`` is the cost of one trade of ``days[k]``, in any order, not yet added up; negative
    where it helped, NaN where it is not known: such trades are left out, and counted. ``total_ci``:
    the 90 % interval of the sum. ISO 4217 ``currency``.
    """
    page = Sheet(title, subtitle)
    when, costs = np.asarray(days, "datetime64[D]"), course.sane(np.asarray(amounts, np.float64))
    known = np.isfinite(costs)
    left_out = int(np.count_nonzero(~known))
    when, costs = when[known], costs[known]
    order = np.argsort(when, kind="stable")
    when, costs = when[order], costs[order]
    if len(when):
        ci = course.sane_interval(total_ci)
        sums = np.cumsum(costs)
        years = _years(when, costs, currency)
        plane = course.lay(page, when, sums, ci=ci, currency=currency, signed=False, notes=years)
        _steps(page, plane, when, sums)
        page.y += 16
        page.paragraph(
            _key(ci is not None, field.notes_fit(plane, years)),
            theme.SMALL,
            colour=theme.MUTED,
            most=3,
        )
    else:
        page.paragraph("No cost to show yet.", theme.BODY, colour=theme.MUTED, most=1)
    if left_out:
        words = f"{numbers.count(left_out, 'trades')} too recent or without a price"
        page.paragraph(words, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


def _years(days: Days, costs: Floats, currency: str) -> dict[int, str]:
    """What each year cost, from the first year to the last."""
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    first = int(years[0])
    sums = np.bincount(years - first, weights=costs)
    return {first + k: numbers.money(float(cost), currency) for k, cost in enumerate(sums)}


def _steps(page: Sheet, plane: Field, days: Days, sums: Floats) -> None:
    x = plane.x(days)
    before = np.concatenate(([0.0], sums[:-1]))
    xs = np.concatenate(([plane.left], np.repeat(x, 2), [plane.right]))
    values = np.column_stack((before, sums)).ravel()
    ys = plane.y(np.concatenate(([0.0], values, sums[-1:])))
    field.wash(page, xs, ys, plane.at(0), theme.BELOW, theme.ABOVE)
    page.line((plane.left, plane.right), (plane.at(0), plane.at(0)), theme.RULE, 4)
    page.line(xs, ys, theme.STRONG, 6)


def _key(interval: bool, by_year: bool) -> str:
    words = ["Rising: a trade cost money. Falling: one gained some."]
    if by_year:
        words.append("Under a year: its cost.")
    if interval:
        words.append("Bracket: 90% interval of the sum.")
    return " ".join(words)
