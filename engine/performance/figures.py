"""All figures of a course of returns, each from its one declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.arrays import Days, Floats
from engine.performance import growth, ratios, relative, risk
from engine.performance.figure import Figure
from engine.performance.sample import prepare
from engine.performance.undefined import Value, known

FIGURES: Mapping[str, Figure] = MappingProxyType(
    {one.key: one for group in (growth, risk, ratios, relative) for one in group.FIGURES}
)
HEADLINES = tuple(key for key, one in FIGURES.items() if one.headline)


@dataclass(frozen=True, slots=True)
class Figures:
    """By key of ``FIGURES``, with what they depend on; ``risk_free`` and ``target`` a year."""

    values: Mapping[str, Value]
    count: int  # of days
    days_per_year: float
    risk_free: float
    target: float

    def __getitem__(self, key: str) -> Value:
        return self.values[key]

    def get(self, key: str) -> float | None:
        """None where the figure is undefined; ``self[key]`` then says why."""
        value = self.values[key]
        return value if known(value) else None


def measure(
    returns: Floats,
    *,
    days_per_year: float,
    risk_free: float,
    benchmark: Floats | None = None,
    target: float | None = None,
    days: Days | None = None,
) -> Figures:
    """Of ``returns`` (D,), shares a day; ``benchmark`` (D,) of the same days.

    ``risk_free``: a year; so is ``target``, the least acceptable return of the Sortino and Omega
    ratios, which is the risk-free rate unless told. ``days`` (D,): dates, for the best and worst
    months and years. Raises ValueError for what is not finite or of another length.
    """
    sample = prepare(
        returns,
        days_per_year=days_per_year,
        risk_free=risk_free,
        target=target,
        benchmark=benchmark,
        days=days,
    )
    values = {key: one.compute(sample) for key, one in FIGURES.items()}
    return Figures(MappingProxyType(values), len(returns), days_per_year, risk_free, sample.target)
