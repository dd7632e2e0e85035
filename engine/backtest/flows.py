"""Schedules of money from outside: a monthly sum, lump sums, withdrawals.

Calendar days move to the next trading day; what falls after the last one is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from engine.arrays import Days, Floats
from engine.backtest.declaration import Flows


def pay_monthly(
    days: Days,
    amount: float,
    *,
    day: int = 1,
    every: int = 1,
    since: date | None = None,
    until: date | None = None,
) -> Flows:
    """``amount`` (negative: withdrawn) on the ``day`` of every ``every``-th month of ``days`` (T,).

    ``day`` 1 to 31; in shorter months their last. From the first such day on or after ``since``
    (the first of ``days`` without) to ``until``. Raises ValueError for other days and steps.
    """
    if not 1 <= day <= 31 or every < 1:
        raise ValueError(f"day {day} of every {every} months")
    first = days[0] if since is None else np.datetime64(since, "D")
    last = days[-1] if until is None else np.datetime64(until, "D")
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    ends = (months + 1).astype("datetime64[D]") - 1
    asked = np.minimum(months.astype("datetime64[D]") + (day - 1), ends)
    asked = asked[(asked >= first) & (asked <= last)][::every]
    return _placed(days, asked, np.full(len(asked), amount))


def pay_on(days: Days, amounts: Mapping[date, float]) -> Flows:
    """Lump sums on their days; those before the first of ``days`` (T,) raise ValueError."""
    asked = np.array(sorted(amounts), "datetime64[D]")
    if len(asked) and asked[0] < days[0]:
        raise ValueError(f"money on {asked[0]}, before {days[0]}")
    return _placed(days, asked, np.array([amounts[day] for day in sorted(amounts)], np.float64))


def join(flows: Iterable[Flows]) -> Flows:
    """All of them together."""
    parts = [Flows(), *flows]
    return Flows(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.amounts for part in parts]),
    )


def dollar_cost_average(
    days: Days, total: float, parts: int, *, day: int = 1, every: int = 1
) -> Flows:
    """``total`` in ``parts`` equal sums, the first on row 0 and the others monthly after it.

    Raises ValueError where ``days`` (T,) are too few for all parts.
    """
    later = pay_monthly(days, total / parts, day=day, every=every, since=_after(days[0]))
    if parts < 1 or len(later.rows) < parts - 1:
        raise ValueError(f"{parts} parts in {len(later.rows) + 1} months")
    first = Flows(np.zeros(1, np.int64), np.array([total / parts]))
    return join([first, Flows(later.rows[: parts - 1], later.amounts[: parts - 1])])


def _placed(days: Days, asked: Days, amounts: Floats) -> Flows:
    rows = np.searchsorted(days, asked)
    inside = rows < len(days)
    return Flows(rows[inside].astype(np.int64), amounts[inside])


def _after(day: np.datetime64) -> date:
    made: date = (day + 1).astype("datetime64[D]").item()
    return made
