"""Weights of a rule that knows no constraints, moved to the nearest that satisfy them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from engine.arrays import Flags, Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, finish, polyhedron, violation
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Curvature, Programme
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.linear_form import keep_few
from engine.optimization.solution import Solution, Status, Unsolvable

NEAR = 1e-10  # weights that miss a constraint by less are taken as they are


@dataclass(frozen=True, slots=True)
class Ruled:
    """Weights (N,) that add up to one; ``proved``: whether they are exactly what the rule asks."""

    weights: Floats
    proved: bool
    measures: dict[str, float] = field(default_factory=dict)


def nearest(constraints: Constraints, weights: Floats) -> Floats | None:
    """The weights of least Σ(w - ``weights``)² that the constraints allow (``names`` aside).

    None where there are none.
    """
    form = polyhedron(constraints, len(weights))
    curvature = Curvature(loadings=np.zeros((len(weights), 1)), specific=np.ones(len(weights)))
    linear = np.zeros(len(form.floor))
    linear[: len(weights)] = -weights
    programme = Programme(
        curvature, linear, form.rows, form.lower, form.upper, form.floor, form.ceiling
    )
    try:
        return solve_quadratic(programme).x[: len(weights)]
    except Insoluble:
        return None


def follow_rule(
    method: str,
    estimates: Estimates,
    constraints: Constraints,
    rule: Callable[[Flags], Ruled],
    objective: Callable[[Floats], float],
) -> Solution:
    """A rule's weights for the assets that may be held, projected where they break a constraint.

    ``rule`` is told which assets (N,) those are. All but the least cash allowed is invested.
    Status OPTIMAL only where the rule's weights are proved and none had to be moved. Measures:
    ``projected``, Σ|w - weights of the rule|. Raises Infeasible, and Unsolvable("no_solver") where
    no portfolio was found.
    """
    check(constraints, estimates.symbols)
    answers: list[Ruled] = []

    def solve(narrow: Constraints) -> Floats | None:
        open_ = narrow.upper > 0.0
        if not open_.any():
            return nearest(narrow, np.zeros(len(open_)))
        answers.append(rule(open_))
        weights = answers[-1].weights * (1.0 - narrow.cash[0])
        missed = violation(_unnamed(narrow), weights)
        return weights if missed <= NEAR else nearest(narrow, weights)

    weights, narrowed = keep_few(constraints, solve)
    if weights is None:
        raise Unsolvable("no_solver", method=method, tried="projection")
    ruled = answers[-1] if answers else Ruled(weights, False)
    moved = float(np.abs(weights - ruled.weights * (1.0 - constraints.cash[0])).sum())
    exact = ruled.proved and not narrowed and moved == 0.0
    return finish(
        method,
        estimates,
        constraints,
        weights,
        objective,
        Status.OPTIMAL if exact else Status.HEURISTIC,
        ("outside the constraints: projected by least squares",) if moved > 0.0 else (),
        ruled.measures | {"projected": moved},
    )


def _unnamed(constraints: Constraints) -> Constraints:
    """Without the limit of names, which is kept by dropping assets."""
    return replace(constraints, names=None)
