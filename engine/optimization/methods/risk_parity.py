"""Every asset the same share of the risk, or the shares that are asked for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Flags, Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.coordinate_descent import budget_risk
from engine.optimization.projection import Ruled, follow_rule
from engine.optimization.risk_contributions import attribute_risk
from engine.optimization.solution import Solution, Unsolvable

EQUAL = 1e-8  # a dispersion as small proves the weights


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    budgets: Mapping[str, float] | None = None,
) -> Solution:
    """Risk contributions equal to the budgets (Maillard, Roncalli & Teïletche 2010).

    ``budgets``: shares of the risk by symbol; those not named share what is left alike. Assets
    that may not be held have none, and the others' are scaled up. Weights outside the constraints
    go to the nearest inside by least squares: a heuristic (measure ``projected``, said in
    ``fallback``). Objective: the largest miss of a budget, in shares of the risk (with a limit of
    names, of the budgets of those that are held). Measures:
    ``dispersion``, the largest |contribution / budget - 1| before any projection, and ``sweeps``.
    Raises Infeasible, Unsolvable("bad_budgets", total) for budgets below zero, of unknown
    symbols, or adding up to more than one, or to less with nobody left to take the rest.
    """
    wanted = _budgets(estimates.symbols, budgets or {})

    def scaled(allowed: Flags) -> Floats:
        inside = np.where(allowed, wanted, 0.0)
        total = float(inside.sum())
        return inside / total if total > 0.0 else allowed / np.count_nonzero(allowed)

    def rule(allowed: Flags) -> Ruled:
        found = budget_risk(estimates.covariance, scaled(allowed))
        measures = {"dispersion": found.dispersion, "sweeps": float(found.sweeps)}
        return Ruled(found.weights, found.dispersion <= EQUAL, measures)

    def miss(weights: Floats) -> float:
        shares = attribute_risk(weights, estimates.covariance).share
        meant = constraints.upper > 0.0 if constraints.names is None else weights > 0.0
        return float(np.max(np.abs(shares - scaled(meant))))

    return follow_rule(METHOD.name, estimates, constraints, rule, miss)


def _budgets(symbols: tuple[str, ...], given: Mapping[str, float]) -> Floats:
    """(N,) adding up to one."""
    total = float(sum(given.values()))
    others = [symbol for symbol in symbols if symbol not in given]
    short = total < 1.0 - 1e-9 and not others
    unknown = any(symbol not in symbols for symbol in given)
    if unknown or short or total > 1.0 + 1e-9 or not all(0.0 <= b <= 1.0 for b in given.values()):
        raise Unsolvable("bad_budgets", total=total)
    rest = max(1.0 - total, 0.0) / len(others) if others else 0.0
    return np.array([given.get(symbol, rest) for symbol in symbols], dtype=np.float64)


METHOD = Method(
    name="risk_parity",
    family=Family.RISK,
    solve=solve,
    maximises=False,
    needs_mean=False,
)
