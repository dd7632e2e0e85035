"""At most so many names: which of them, for every method that weighs variance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.arrays import Floats, Ints
from engine.optimization.clash import choose_names
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, check, finish, polyhedron
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.kernels.selection import Evaluate, Selection, select
from engine.optimization.linear_form import keep_few
from engine.optimization.solution import Infeasible, Solution, Status, Unsolvable
from engine.optimization.variance import (
    Found,
    curvature_of,
    measures_of,
    net_return,
    programme_over,
    return_of,
    volatility_of,
)

Solve = Callable[[Constraints], Found]


def answer_by_variance(
    method: str,
    estimates: Estimates,
    constraints: Constraints,
    found: Solve,
    objective: Callable[[Floats], float],
    *,
    tolerance: float | None = None,
) -> Solution:
    """``found`` under the constraints, with the limit on names kept, cleaned and measured.

    ``tolerance`` τ: of a method that does nothing but minimise σ²/2 - τ·return. Where its
    constraints are bounds and cash alone, names are then chosen by exchanges, which are better;
    else by dropping the least held. Raises Infeasible, and what ``found`` raises.
    """
    best = None
    if tolerance is not None and constraints.names is not None and _boxed(constraints):
        best = _exchanged(estimates, constraints, found, tolerance)
    best = best or with_few_names(constraints, estimates.symbols, found)
    return finish(
        method,
        estimates,
        constraints,
        best.weights,
        objective,
        best.status,
        best.tried,
        lambda weights: measures_of(estimates, constraints, weights),
    )


def with_few_names(constraints: Constraints, symbols: Sequence[str], solve: Solve) -> Found:
    """``solve`` under "at most so many names": the least held are dropped, round by round.

    What is left is solved again; good, but without proof (``linear_form.keep_few``). Raises
    Infeasible.
    """
    check(constraints, symbols)
    if constraints.names is None:
        return solve(constraints)
    answers: list[Found] = []

    def weigh(narrowed: Constraints) -> Floats | None:
        allowed = replace(narrowed, names=None)
        try:
            check(allowed, symbols)
        except Infeasible:
            return None
        answers.append(solve(allowed))
        return answers[-1].weights

    weights, dropped = keep_few(constraints, weigh)
    if weights is None:
        raise Infeasible(("names",), ())
    return replace(answers[-1], status=Status.HEURISTIC) if dropped else answers[-1]


def _exchanged(
    estimates: Estimates, constraints: Constraints, found: Solve, tolerance: float
) -> Found | None:
    """None where exchanges have nothing to begin with."""
    check(constraints, estimates.symbols)
    whole = found(replace(constraints, names=None))
    if np.count_nonzero(whole.weights > HELD) <= (constraints.names or 0):
        return whole
    try:
        chosen = choose_few(estimates, constraints, tolerance)
    except Unsolvable:
        return None
    return Found(chosen.weights, whole.tried, Status.HEURISTIC)


def choose_few(estimates: Estimates, allowed: Constraints, tolerance: float) -> Selection:
    """The weights of at most ``names`` assets of the least σ²/2 - ``tolerance``·return.

    By elimination, addition and exchanges; where no beginning of the search is feasible, a
    mixed-integer programme picks one. Raises Infeasible and Unsolvable("not_solved").
    """
    ask = None if _boxed(allowed) else _constrained(estimates, allowed, tolerance)
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
    shift = tolerance * estimates.risk_free if ask is None else 0.0
    return replace(chosen, objective=chosen.objective - shift, bound=chosen.bound - shift)


def _boxed(constraints: Constraints) -> bool:
    """Bounds and cash alone."""
    free = constraints.turnover is None and constraints.cost_rate is None
    return free and not constraints.groups


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
