"""The best ratio of something linear to volatility: one quadratic programme, homogenised."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, Polyhedron, plain, polyhedron, violation
from engine.optimization.kernels.active_set import Dependent
from engine.optimization.kernels.frontier import most
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.programme import Programme
from engine.optimization.kernels.quadratic import solve_quadratic
from engine.optimization.solution import Unsolvable
from engine.optimization.variance import (
    RISKLESS,
    Found,
    curvature_of,
    long_only,
    programme_over,
    unsolved,
)


def best_ratio(
    estimates: Estimates, constraints: Constraints, reward: Floats, hopeless: str
) -> Found:
    """The weights of most (reward·w - costs) / volatility within the constraints.

    ``reward`` (N,). y = w·k with k > 0 such that the net reward is 1: the ratio is best where y
    varies least, and every bound holds for y as k times itself (Charnes and Cooper 1962;
    Cornuéjols and Tütüncü, "Optimization Methods in Finance", §8.2). Of portfolios that differ in
    cash alone, the one with least cash. Raises Unsolvable(``hopeless``, best) where no net reward
    is above zero, Unsolvable("singular") where one comes without any risk, and Infeasible.
    """
    if np.all(constraints.lower >= 0.0) and float(reward.max()) <= 0.0:
        raise Unsolvable(hopeless, best=float(reward.max()), risk_free=estimates.risk_free)
    tried: tuple[str, ...] = ()
    if plain(constraints):
        try:
            x = long_only(estimates, reward)
            return Found(x / x.sum())
        except Dependent:
            tried = ("active set: singular covariance",)
    allowed = polyhedron(constraints, len(reward))
    programme = _homogenised(estimates, constraints, allowed, reward)
    try:
        answer = solve_quadratic(programme)
    except Insoluble as error:
        raise _refusal(error, estimates, constraints, allowed, reward, hopeless) from error
    multiple = float(answer.x[-1])
    risk = float(answer.x @ programme.curvature.times(answer.x))
    largest = float(np.diagonal(estimates.covariance).max())
    if risk <= RISKLESS * largest * multiple * multiple:
        raise Unsolvable("singular")
    weights = answer.x[: len(reward)] / multiple
    return Found(_invested(constraints, weights), tried + answer.tried)


def _net(constraints: Constraints, allowed: Polyhedron, reward: Floats) -> tuple[Floats, float]:
    coefficients = np.concatenate([reward, np.zeros(len(allowed.split))])
    if constraints.cost_rate is None:
        return coefficients, 0.0
    charged, constant = allowed.trading(constraints.cost_rate)
    return coefficients - charged, -constant


def _homogenised(
    estimates: Estimates, constraints: Constraints, allowed: Polyhedron, reward: Floats
) -> Programme:
    """In (y, k): every row and every bound other than zero times k, and the net reward fixed."""
    size = len(allowed.floor)
    coefficients, constant = _net(constraints, allowed, reward)
    long_only = bool(np.all(allowed.floor >= 0.0))
    implied = long_only & (allowed.ceiling >= 1.0 - constraints.cash[0])
    implied[allowed.assets :] = False
    high = np.flatnonzero(np.isfinite(allowed.ceiling) & ~implied)
    low = np.flatnonzero(np.isfinite(allowed.floor) & (allowed.floor != 0.0))
    eye = sparse.eye_array(size, format="csr")
    equal = allowed.lower == allowed.upper
    least = np.isfinite(allowed.lower) & ~equal
    above = np.isfinite(allowed.upper) & ~equal
    rows = allowed.rows.tocsr()
    parts = [
        (rows[equal], allowed.lower[equal], 0.0, 0.0),
        (rows[least], allowed.lower[least], 0.0, np.inf),
        (rows[above], allowed.upper[above], -np.inf, 0.0),
        (eye[low], allowed.floor[low], 0.0, np.inf),
        (eye[high], allowed.ceiling[high], -np.inf, 0.0),
        (sparse.csr_array(coefficients[None, :]), np.array([-constant]), 1.0, 1.0),
    ]
    unit = float(np.abs(reward).max())
    parts[-1] = (parts[-1][0] / unit, parts[-1][1] / unit, 1.0, 1.0)
    stacked = [sparse.hstack([block, -sparse.csr_array(at[:, None])]) for block, at, _, _ in parts]
    return Programme(
        curvature=curvature_of(estimates),
        linear=np.zeros(size + 1),
        rows=sparse.csc_array(sparse.vstack(stacked, format="csc")),
        lower=np.concatenate([np.full(len(at), lower) for _, at, lower, _ in parts]),
        upper=np.concatenate([np.full(len(at), upper) for _, at, _, upper in parts]),
        floor=np.concatenate([np.where(allowed.floor == 0.0, 0.0, -np.inf), [0.0]]),
        ceiling=np.full(size + 1, np.inf),
    )


def _refusal(
    error: Insoluble,
    estimates: Estimates,
    constraints: Constraints,
    allowed: Polyhedron,
    reward: Floats,
    hopeless: str,
) -> Exception:
    """Nothing beats cash, or the constraints clash, or the solvers failed."""
    coefficients, constant = _net(constraints, allowed, reward)
    flat = programme_over(curvature_of(estimates), np.zeros(len(reward)), allowed)
    try:
        best = most(flat, coefficients) + constant
    except Insoluble as clash:
        return unsolved(clash, constraints, estimates.symbols)
    if best <= 1e-12:
        return Unsolvable(hopeless, best=best, risk_free=estimates.risk_free)
    return unsolved(error, constraints, estimates.symbols)


def _invested(constraints: Constraints, weights: Floats) -> Floats:
    """As large a multiple of the weights as the constraints allow; the ratio is the same."""
    total = float(weights.sum())
    free = constraints.turnover is None and constraints.cost_rate is None
    if constraints.cash[0] == constraints.cash[1] or total <= 0.0 or not free:
        return weights
    held = np.flatnonzero(weights > HELD)
    limits = [(1.0 - constraints.cash[0]) / total]
    limits += (constraints.upper[held] / weights[held]).tolist()
    for group in constraints.groups:
        share = float(weights[group.members].sum())
        limits += [group.upper / share] if share > HELD else []
    grown = weights * max(1.0, min(limits))
    return grown if violation(constraints, grown) <= HELD else weights
