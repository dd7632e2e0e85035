"""What a portfolio was worth at the beginning of each month, and what its holdings earned in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.record.record import Record


@dataclass(frozen=True, slots=True)
class Months:
    """The calendar months from the first trade, or ``Record.since``, to the end: (M,)."""

    month: Ints  # months since January 1970
    holdings: Floats  # (M, N) market value of each long position at the beginning
    returns: Floats  # (M, N) of each symbol during the month; NaN where not known

    @property
    def value(self) -> Floats:
        total: Floats = self.holdings.sum(axis=1)
        return total

    @property
    def mean_value(self) -> float:
        """Over the months that began with holdings; NaN where there is none."""
        invested = self.value[self.value > 0]
        return float(invested.mean()) if len(invested) else float("nan")


def value_months(record: Record) -> Months:
    """Month by month to the last day with prices. The month of the first trade begins empty."""
    days, prices = record.history.days, record.market.prices
    if not len(days) or not record.market.length:
        nothing = np.zeros((0, len(record.history.symbols)))
        return Months(np.zeros(0, dtype=np.int64), nothing, nothing)
    first = int(days[0].astype("datetime64[M]").astype(np.int64))
    if record.since is not None:
        first = max(first, int(np.datetime64(record.since, "M").astype(np.int64)))
    last = int(prices.days[-1].astype("datetime64[M]").astype(np.int64))
    month = np.arange(first, max(last, first) + 1)
    # The last row before each month, and the last row in it.
    edges = np.append(month, month[-1] + 1).astype("datetime64[M]").astype("datetime64[D]")
    rows = np.searchsorted(prices.days, edges, side="left") - 1
    close = np.where((rows >= 0)[:, None], record.market.close[rows], np.nan)
    eve = edges[:-1].astype(np.int64) - 1
    worth = np.maximum(record.quantities(eve), 0.0) * close[:-1]
    return Months(month, np.nan_to_num(worth), close[1:] / close[:-1] - 1.0)
