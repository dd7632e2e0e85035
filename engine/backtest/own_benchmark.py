"""Year by year: what trading brought, beside what was held on 1 January left alone.

Source: Barber and Odean 2000, "Trading is hazardous to your wealth": own-benchmark abnormal
returns, gross and net; here valued daily instead of monthly.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from engine.arrays import Flags, Floats
from engine.backtest.path import Path


@dataclass(frozen=True, slots=True)
class OwnYear:
    """Returns of the shares from the last close of the year before; cash is left out. NaN where
    nothing was held on some day of it."""

    year: int
    gross: float  # of what was really held and traded, before costs
    net: float  # after costs
    frozen: float  # of what was held on 1 January


def compare_years(actual: Path, frozen: Path) -> tuple[OwnYear, ...]:
    """``frozen``: the changed path of ``frozen_january``. One row for each year but the first, the
    last as far as it goes."""
    before = np.concatenate(([0.0], actual.worth.sum(axis=1)[:-1]))
    bought = np.maximum(actual.traded, 0.0).sum(axis=1)
    gained = actual.gains().sum(axis=1)
    left = np.concatenate(([0.0], frozen.worth.sum(axis=1)[:-1]))
    years = actual.days.astype("datetime64[Y]").astype(np.int64) + 1970
    return tuple(
        OwnYear(
            year,
            _linked(gained, before + bought, years == year),
            _linked(gained - actual.costs, before + bought + actual.costs, years == year),
            # What brings the holdings back is traded at the last close: it earns nothing that day.
            _linked(frozen.gains().sum(axis=1), left, years == year),
        )
        for year in np.unique(years).tolist()[1:]
    )


def _linked(gained: Floats, base: Floats, inside: Flags) -> float:
    if (base[inside] <= 0).any():
        return nan
    return float(np.prod(1.0 + gained[inside] / base[inside]) - 1.0)
