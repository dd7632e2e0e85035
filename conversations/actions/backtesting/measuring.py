"""From the days of a portfolio to the figures that are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from conversations.actions.backtesting.outcomes import Fall, Figure, Ran, Year
from conversations.reading.contenders import CASH, Contender
from engine.arrays import Days, Floats
from engine.backtest.crises import CRISES
from engine.backtest.path import Path
from engine.performance.drawdowns import find_falls
from engine.performance.figures import FIGURES, measure
from engine.performance.intervals import bound
from engine.performance.periods import by_month, by_year
from engine.performance.undefined import known

FALLS = 5
LEAST_START = 252  # days that must be left for another start to say something
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What all contenders of a trial are measured by: (D,) days and the index's returns on them."""

    days: Days
    index: Floats | None
    days_per_year: float
    seed: int


def returns_of(path: Path) -> Floats:
    """(D - 1,) from the close of the first day on, what the first purchases cost on the second."""
    returns = path.returns[1:].copy()
    if len(returns) and np.isfinite(path.returns[0]):
        returns[0] = (1.0 + returns[0]) * (1.0 + path.returns[0]) - 1.0
    return returns


def measure_run(
    contender: Contender,
    path: Path,
    returns: Floats,
    yardstick: Yardstick,
    *,
    at_costs: tuple[tuple[float, float], ...],
    notes: tuple[tuple[str, str], ...],
) -> Ran:
    """``path`` of D days and its ``returns`` (D - 1,) by the common yardstick."""
    rng = np.random.default_rng([yardstick.seed, 5])
    days = yardstick.days[1:]
    terms = {"days_per_year": yardstick.days_per_year, "risk_free": 0.0}
    found = measure(returns, benchmark=yardstick.index, days=days, **terms)
    bounds = bound(returns, benchmark=yardstick.index, rng=rng, **terms)
    figures = {
        key: Figure(value, bounds[key].low, bounds[key].high) if key in bounds else Figure(value)
        for key, value in found.values.items()
        if known(value)
    }
    course = np.concatenate(([1.0], np.cumprod(1.0 + returns)))
    years = len(returns) / yardstick.days_per_year
    return Ran(
        contender=contender,
        course=tuple(course.tolist()),
        figures=figures,
        undefined={key: str(v) for key, v in found.values.items() if not known(v)},
        falls=_falls(returns, yardstick.days),
        years=_years(returns, yardstick.days),
        months=tuple((y, m, r) for (y, m), r in by_month(returns, days).items()),
        crises=_crises(course, yardstick.days),
        weights=_first_weights(path),
        final=float(path.values[-1]),
        put_in=float(path.flows.sum()),
        costs=float(path.costs.sum()),
        turnover=float(path.turnover()[1:].sum() / years),
        at_costs=at_costs,
        by_start=_starts(course, yardstick),
        notes=notes,
    )


def keys() -> tuple[str, ...]:
    """All figures, in the order in which a report tells them."""
    return tuple(FIGURES)


def _falls(returns: Floats, days: Days) -> tuple[Fall, ...]:
    if (returns <= -1.0).any():
        return ()
    return tuple(
        Fall(
            peak=_day(days[fall.start + 1]),
            trough=_day(days[fall.trough + 1]),
            recovered=None if fall.recovery is None else _day(days[fall.recovery + 1]),
            depth=fall.depth,
        )
        for fall in find_falls(returns, most=FALLS)
    )


def _years(returns: Floats, days: Days) -> tuple[Year, ...]:
    """Whole where the first and the last trading day of the year are about when they can be."""
    found = by_year(returns, days[1:])
    first, last = _day(days[0]), _day(days[-1])
    return tuple(
        Year(
            year,
            earned,
            (year > first.year or (first.month, first.day) <= (1, _WEEK))
            and (year < last.year or (last.month, last.day) >= (12, 31 - _WEEK)),
        )
        for year, earned in found.items()
    )


def _crises(course: Floats, days: Days) -> dict[str, float]:
    found = {}
    for crisis in CRISES:
        first, last = (
            int(np.searchsorted(days, np.datetime64(day, "D"), side="right")) - 1
            for day in (crisis.peak, crisis.trough)
        )
        if first >= 0 and last > first and _day(days[-1]) >= crisis.trough:
            found[crisis.name] = float(course[last] / course[first] - 1.0)
    return found


def _first_weights(path: Path) -> Mapping[str, float]:
    row = int(np.argmax(path.values > 0.0))
    whole = float(path.values[row])
    if whole <= 0.0:
        return {}
    parts = {
        symbol: float(worth) / whole
        for symbol, worth in zip(path.symbols, path.worth[row], strict=True)
        if worth
    }
    cash = float(path.cash[row]) / whole
    return parts if abs(cash) < _ROUNDING else {**parts, CASH: cash}


_ROUNDING = 1e-9


def _starts(course: Floats, yardstick: Yardstick) -> tuple[float, float] | None:
    """Growth a year to the last day from the first day of each month that leaves at least half of
    the time, and a year: the lowest and the highest."""
    months = yardstick.days.astype("datetime64[M]")
    rows = np.flatnonzero(months[1:] != months[:-1]) + 1
    left = len(course) - 1 - rows
    rows = rows[(left >= LEAST_START) & (2 * left >= len(course))]
    if len(rows) < 2 or course[-1] <= 0.0:
        return None
    left = len(course) - 1 - rows
    grown = (course[-1] / course[rows]) ** (yardstick.days_per_year / left) - 1.0
    return float(grown.min()), float(grown.max())


def _day(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").item()
    return made
