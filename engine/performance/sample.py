"""A course of daily returns and what several figures need of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Days, Floats
from engine.performance.formulas import compound, daily_rate, fall_below_peak

STILL = 1e-12  # daily deviation below which there is none
_LARGEST = 1e30  # return of a day whose fourth power is a number


@dataclass(frozen=True, slots=True)
class Sample:
    """``risk_free`` and ``target`` (what the Sortino and Omega ratios measure against): a year."""

    returns: Floats  # (D,)
    days_per_year: float
    risk_free: float
    target: float
    benchmark: Floats | None  # (D,) returns of the same days
    days: Days | None  # (D,)
    mean: float
    deviation: float  # n - 1; 0 of fewer than two days
    worth: Floats  # (D,)
    below: Floats  # (D,) share below the highest worth before
    ruined: bool  # a day lost everything or more

    @property
    def free(self) -> float:
        """The risk-free rate of a day."""
        return daily_rate(self.risk_free, self.days_per_year)

    @property
    def moves(self) -> bool:
        return self.deviation > STILL


def prepare(
    returns: Floats,
    *,
    days_per_year: float,
    risk_free: float,
    target: float | None = None,
    benchmark: Floats | None = None,
    days: Days | None = None,
) -> Sample:
    """``target``: the risk-free rate unless told.

    Raises ValueError for returns that are not (D,) finite numbers or too great to compound, a
    benchmark or dates of other length, and a year without days.
    """
    for name, told in (("returns", returns), ("benchmark", benchmark)):
        if told is not None and not (told.ndim == 1 and np.isfinite(told).all()):
            raise ValueError(f"{name} of shape {told.shape} are not all finite numbers")
    for other in (benchmark, days):
        if other is not None and len(other) != len(returns):
            raise ValueError(f"{len(other)} days beside {len(returns)}")
    if not 0.0 < days_per_year < float("inf"):
        raise ValueError(f"{days_per_year} days a year")
    with np.errstate(over="ignore"):
        worth = compound(returns)
    if not np.isfinite(worth).all() or np.abs(returns).max(initial=0.0) > _LARGEST:
        raise ValueError("returns too great to compound")
    ruined = bool((returns <= -1.0).any())
    return Sample(
        returns=returns,
        days_per_year=days_per_year,
        risk_free=risk_free,
        target=risk_free if target is None else target,
        benchmark=benchmark,
        days=days,
        mean=float(returns.mean()) if len(returns) else 0.0,
        deviation=float(returns.std(ddof=1)) if len(returns) > 1 else 0.0,
        worth=worth,
        below=np.zeros(len(returns)) if ruined else fall_below_peak(worth),
        ruined=ruined,
    )
