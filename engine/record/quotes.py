"""Prices within a day, where a file has them: what a position was worth at a given minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes of each symbol: (times in seconds since 1970 UTC, increasing; prices), shape (K,)."""

    series: dict[str, tuple[Floats, Floats]]

    def at(self, symbol: str, moments: Floats) -> Floats:
        """The last price at or before each moment, of the same UTC day; NaN where none is."""
        found = np.full(moments.shape, np.nan)
        if symbol not in self.series or not moments.size:
            return found
        times, prices = self.series[symbol]
        if not times.size:
            return found
        place = np.searchsorted(times, moments, side="right") - 1
        known = place >= 0
        same_day = np.floor_divide(times[place], 86_400) == np.floor_divide(moments, 86_400)
        usable = known & same_day
        found[usable] = prices[place[usable]]
        return found

    def until(self, day: date) -> Quotes:
        """What was known after the end of ``day``: later quotes cannot be asked for."""
        end = (np.datetime64(day, "D").astype(np.int64) + 1) * 86_400
        return Quotes(
            {
                symbol: (times[: (n := int(np.searchsorted(times, end)))], prices[:n])
                for symbol, (times, prices) in self.series.items()
            }
        )
