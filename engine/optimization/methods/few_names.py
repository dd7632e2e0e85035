"""As many names as a person can follow, and which: an attention limit as a choice of assets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.arrays import Floats, Ints
from engine.optimization.clash import choose_names
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, check, finish, polyhedron
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.kernels.selection import Evaluate, Selection, select
from engine.optimization.solution import Solution, Status, Unsolvable
from engine.optimization.variance import (
    curvature_of,
    measures_of,
    net_return,
    programme_over,
    return_of,
    uncharged,
    volatility_of,
)

NAMES = 10.0  # holdings that a private investor can follow


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    names: float = NAMES,
    risk_tolerance: float = 0.0,
) -> Solution:
    """At most ``names`` assets (fewer where the constraints say so) of the least σ²/2 - τ·return.

    ``risk_tolerance`` τ: 0 looks at risk alone; 1 / τ is the risk aversion of mean-variance. The
    objective is that number. Measures: also ``unlimited``, the objective with any number of names,
    which nothing can beat: the difference is what following few costs. OPTIMAL where the two are
    equal, else HEURISTIC (elimination, addition and exchanges; Chang, Meade, Beasley and Sharaiha
    2000 for the problem). Raises Infeasible, with the key "names" where that is what clashes.
    """
    most = int(names) if constraints.names is None else min(int(names), constraints.names)
    allowed = constraints if risk_tolerance > 0.0 else uncharged(constraints)
    allowed = replace(allowed, names=most)
    check(allowed, estimates.symbols)
    chosen = _choose(estimates, allowed, risk_tolerance)
    size = float(np.max(np.diag(estimates.covariance)))
    proved = chosen.objective - chosen.bound <= 1e-12 * size

    def objective(weights: Floats) -> float:
        earned = return_of(estimates, allowed, weights)
        return volatility_of(estimates, weights) ** 2 / 2.0 - risk_tolerance * earned

    def measures(weights: Floats) -> dict[str, float]:
        return measures_of(estimates, constraints, weights) | {"unlimited": chosen.bound}

    return finish(
        METHOD.name,
        estimates,
        allowed,
        chosen.weights,
        objective,
        Status.OPTIMAL if proved else Status.HEURISTIC,
        (),
        measures,
    )


def _choose(estimates: Estimates, allowed: Constraints, tolerance: float) -> Selection:
    """Where no beginning of the search is feasible, a mixed-integer programme picks one."""
    plain = not allowed.groups and allowed.turnover is None and allowed.cost_rate is None
    ask = None if plain else _constrained(estimates, allowed, tolerance)
    low_cash, high_cash = allowed.cash
    names = len(allowed.lower) if allowed.names is None else allowed.names
    total = (1.0 - high_cash, 1.0 - low_cash)
    linear = tolerance * (estimates.mean - estimates.risk_free)

    def search(start: Ints | None) -> Selection | None:
        return select(
            estimates.covariance, linear, allowed.lower, allowed.upper, total, names, ask, start
        )

    chosen = search(None)
    if chosen is None:
        calm = -np.sqrt(np.diag(estimates.covariance))
        chosen = search(np.flatnonzero(choose_names(allowed, calm)))
    if chosen is None:
        raise Unsolvable("not_solved", why="exchanges", tried="few names")
    shift = tolerance * estimates.risk_free if plain else 0.0
    return replace(chosen, objective=chosen.objective - shift, bound=chosen.bound - shift)


def _constrained(estimates: Estimates, allowed: Constraints, tolerance: float) -> Evaluate:
    """All the constraints and costs, on the assets asked about; nothing of any other."""
    count = len(allowed.lower)
    form = polyhedron(allowed, count)
    earned = net_return(estimates, allowed, form)
    whole = programme_over(curvature_of(estimates), -tolerance * earned.coefficients, form)

    def best_of(support: Ints) -> tuple[float, Floats] | None:
        closed = np.ones(count, bool)
        closed[support] = False
        floor, ceiling = whole.floor.copy(), whole.ceiling.copy()
        floor[:count][closed] = 0.0
        ceiling[:count][closed] = 0.0
        try:
            answer = solve_quadratic(replace(whole, floor=floor, ceiling=ceiling))
        except Insoluble:
            return None
        weights = answer.x[:count]
        weights = np.where(np.abs(weights) < HELD, 0.0, weights)
        value = volatility_of(estimates, weights) ** 2 / 2.0
        return value - tolerance * return_of(estimates, allowed, weights), weights[support]

    return best_of


METHOD = Method(
    name="few_names",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={
        "names": Parameter(NAMES, 1.0, 10_000.0),
        "risk_tolerance": Parameter(0.0, 0.0, 10.0),
    },
)
