"""Any method of the optimiser, told only what was known at each rebalancing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from engine.arrays import Floats
from engine.backtest.declaration import Kept, Strategy, View
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Solve
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import estimate
from engine.optimization.registry import method_named, solve_named
from engine.optimization.solution import Infeasible, Solution, Unsolvable
from engine.optimization.walk_forward import by_method
from engine.prices import Prices

NAME = "optimised"
_YEAR = 365.25
_ROUNDING = 1e-8


@dataclass(frozen=True, slots=True)
class Learning:
    """``days``: how many of the last closes are learned from; ``least_days`` of returns without
    which an asset is not estimated. ``returns`` and ``covariance``: estimators by name."""

    days: int = 757
    least_days: int = 252
    returns: str = "bayes_stein"
    covariance: str = "ledoit_wolf"
    risk_free: float = 0.0


def build(
    symbols: tuple[str, ...],
    method: str,
    constraints: Constraints | None = None,
    learning: Learning | None = None,
    parameters: Mapping[str, float] | None = None,
) -> Strategy:
    """Estimates of the trailing window at every rebalancing, then ``method`` on them.

    Without ``constraints``: long only, fully invested. What is held counts as the current weights.
    What cannot be estimated yet is not held, and is sold where it was. Where no portfolio is
    found everything stays, with the reason ("infeasible", "too_few_days", ...). Raises KeyError
    for an unknown method.
    """
    method_named(method)
    bounds = constraints or _long_only(len(symbols))
    how = learning or Learning()
    given = dict(parameters or {})
    solve = _by_name(method)

    def choose(view: View) -> Floats | Kept:
        listed = np.flatnonzero(view.listed)
        days, close = view.last_closes(how.days)
        known = tuple(symbols[n] for n in listed.tolist())
        seen = Prices.from_closes(known, days.copy(), np.ascontiguousarray(close[:, listed]))
        try:
            return _solve(view, seen, solve, bounds, how, given)
        except Infeasible as fact:
            return Kept("infeasible", {"clashing": " ".join(fact.clashing)})
        except Unsolvable as fact:
            return Kept(fact.reason, fact.facts)

    facts: dict[str, float | str] = {"method": method, "days": how.days, **given}
    return Strategy(f"{NAME} {method}", choose, None, facts)


def _solve(
    view: View,
    seen: Prices,
    solve: Solve,
    bounds: Constraints,
    how: Learning,
    given: Mapping[str, float],
) -> Floats:
    last: date = seen.days[-1].astype("datetime64[D]").item()
    first: date = seen.days[0].astype("datetime64[D]").item()
    learned = estimate(
        seen,
        seen.symbols,
        until=last,
        years=((last - first).days + 1) / _YEAR,
        returns=how.returns,
        covariance=how.covariance,
        risk_free=how.risk_free,
        least_days=how.least_days,
    )
    columns = np.array([view.symbols.index(symbol) for symbol in learned.symbols], np.int64)
    held = replace(bounds, current=view.held)
    chosen = by_method(solve, held, view.symbols, **given)(learned, view.held[columns])
    weights = np.zeros(len(view.symbols))
    # Solvers keep bounds to 1e-9: what they leave below zero is rounding where shorts are barred.
    weights[columns] = np.where(np.abs(chosen) < _ROUNDING, 0.0, chosen)
    return weights / max(float(weights.sum()), 1.0)


def _by_name(method: str) -> Solve:
    def solve(estimates: Estimates, constraints: Constraints, **given: float) -> Solution:
        return solve_named(method, estimates, constraints, **given)

    return solve


def _long_only(count: int) -> Constraints:
    return Constraints(lower=np.zeros(count), upper=np.ones(count))
