"""Frozen at each 1 January: what is held then is kept through the year, and restarted each year.

Source: Barber and Odean 2000, "Trading is hazardous to your wealth", Journal of Finance 55(2), the
own-benchmark abnormal return: the return of the beginning-of-year portfolio, had it not been traded
during the year, which needs no model of risk. What was held at the end of the year before counts;
trades before the first 1 January stay. Nothing of it costs fees.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from engine.backtest.change import Change, Question
from engine.backtest.undoing import Undo


def undo(question: Question) -> tuple[Undo, ...]:
    """All purchases and sales after the first 1 January, each until the end of its year."""
    made, days = question.actual.journal, question.actual.path.days
    orders = made.orders()
    if not len(orders):
        return ()
    years = made.days.astype("datetime64[Y]")
    found = []
    for year in np.unique(years[orders]).tolist():
        if year == made.days[orders].min().astype("datetime64[Y]").item():
            continue
        own = orders[years[orders] == np.datetime64(year, "Y")]
        end = _last_day(days, year.year)
        found += [Undo(((made.trades[n].id, 1.0),), end, free=True) for n in own.tolist()]
    return tuple(found)


def _last_day(days: np.ndarray, year: int) -> date | None:
    """The last day of ``year`` that is valued; None in the year that is not over."""
    after = int(np.searchsorted(days, np.datetime64(f"{year + 1}-01-01", "D")))
    return days[after - 1].item() if after < len(days) else None


CHANGE = Change("frozen_january", undo)
