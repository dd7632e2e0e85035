"""Climbing a function with kinks over linear constraints: a proximal bundle method.

Each step maximises the lower envelope of the slopes seen so far, less a penalty on the distance:
a small quadratic programme (Lemaréchal 1978; Kiwiel 1990). Concave functions are climbed to their
top; others to a point that no cut improves on, which is why it is started from many places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import piqp
from scipy import sparse

from engine.arrays import Floats
from engine.optimization.feasible_set import Polyhedron

_CUTS = 30  # kept; the least useful go
_ENOUGH = 0.1  # of the predicted gain, for a step to be taken
_GOOD = 0.5  # of it, for the next step to be longer
_FIRST_STEP = 0.3  # how far the first step may go, about
_REACH = 0.3  # how far away a better point is looked for when it is asked whether to stop
_PRECISION = 1e-10
_STILL = 1e-13  # a row that moves by no more stays where it is
_DENSE = 150  # assets up to which a dense factorisation is the faster one


Hill = Callable[[Floats], tuple[float, Floats]]
"""Height and slope at (V,) variables of the feasible set; of one side where there is a kink."""


@dataclass(frozen=True, slots=True)
class Summit:
    point: Floats  # (V,) within the constraints
    value: float
    steps: int
    settled: bool  # no better point is near, to the tolerance


class Range:
    """The feasible set with its solver's matrices, for many climbs over it."""

    def __init__(self, allowed: Polyhedron) -> None:
        self.assets = allowed.assets
        self.size = len(allowed.floor)
        fixed = allowed.lower == allowed.upper
        rows = allowed.rows.toarray()
        free = np.zeros((len(rows), 1))
        self.equal = np.asfortranarray(np.hstack([rows[fixed], free[fixed]]))
        self.wanted = allowed.upper[fixed]
        self.between = np.hstack([rows[~fixed], free[~fixed]])
        self.least, self.most = allowed.lower[~fixed], allowed.upper[~fixed]
        self.floor = np.append(allowed.floor, -np.inf)
        self.ceiling = np.append(allowed.ceiling, np.inf)

    def step(self, center: Floats, slopes: Floats, errors: Floats, weight: float) -> Floats | None:
        """argmax of min_j(errors_j + slopes_j·(x - center)) - weight/2·‖x - center‖².

        ``slopes``: (J, V). None where the solver fails.
        """
        size = self.size
        quadratic = np.append(np.full(size, weight), 0.0)
        linear = np.append(-weight * center, -1.0)
        cuts = np.zeros((len(slopes), size + 1))
        cuts[:, :size], cuts[:, size] = -slopes, 1.0
        rows = np.vstack([self.between, cuts])
        least = np.append(self.least, np.full(len(slopes), -np.inf))
        most = np.append(self.most, errors - slopes @ center)
        found = self._solve(quadratic, linear, rows, least, most)
        return None if found is None else np.clip(found[:size], self.floor[:-1], self.ceiling[:-1])

    def towards(self, center: Floats, points: Floats) -> Floats:
        """(S, V) as far as allowed from ``center``, which is, in a straight line to ``points``."""
        ways = points - center
        room = np.ones(len(points))
        rows = np.vstack([self.equal[:, :-1], self.between[:, :-1], np.eye(self.size)])
        least = np.concatenate([self.wanted, self.least, self.floor[:-1]])
        most = np.concatenate([self.wanted, self.most, self.ceiling[:-1]])
        at, moved = rows @ center, ways @ rows.T
        for sign, slack in ((1.0, most - at), (-1.0, at - least)):
            leaving = sign * moved > _STILL
            share = np.where(leaving, slack / np.where(leaving, sign * moved, 1.0), 1.0)
            room = np.minimum(room, np.clip(share, 0.0, 1.0).min(axis=1, initial=1.0))
        return np.asarray(center + room[:, None] * ways)

    def _solve(
        self, quadratic: Floats, linear: Floats, rows: Floats, least: Floats, most: Floats
    ) -> Floats | None:
        dense = self.size <= _DENSE
        solver = piqp.DenseSolver() if dense else piqp.SparseSolver()
        solver.settings.eps_abs = solver.settings.eps_rel = _PRECISION
        shape = np.asfortranarray if dense else sparse.csc_matrix
        curved = np.diag(quadratic) if dense else sparse.diags(quadratic)
        equal = shape(self.equal) if len(self.equal) else None
        between = shape(rows) if len(rows) else None
        solver.setup(
            shape(curved),
            linear,
            equal,
            self.wanted if len(self.equal) else None,
            between,
            least if len(rows) else None,
            most if len(rows) else None,
            self.floor,
            self.ceiling,
        )
        solved = solver.solve() == piqp.PIQP_SOLVED
        return np.asarray(solver.result.x) if solved else None


def climb(hill: Hill, over: Range, start: Floats, tolerance: float, most_steps: int) -> Summit:
    """From (V,) ``start``, which is allowed, upwards.

    It is settled where the cuts leave less than ``tolerance``, in the function's units, to be
    gained within a distance of 0.3.
    """
    height, slope = hill(start)
    center, slopes, errors = start, slope[None, :], np.zeros(1)
    weight = max(_steepness(slopes[0]), tolerance) / _FIRST_STEP
    lightest, failures = weight * 1e-3, 0
    for done in range(most_steps):
        trial = over.step(center, slopes, errors, weight)
        if trial is None:
            return Summit(center, height, done, settled=False)
        move = trial - center
        model = errors + slopes @ move
        expected, length = float(model.min()), float(np.sqrt(move @ move))
        if expected - weight * length**2 + weight * length * _REACH <= tolerance:
            return Summit(center, height, done, settled=True)
        keep = np.argsort(model, kind="stable")[:_CUTS]
        slopes, errors, model = slopes[keep], errors[keep], model[keep]
        value, slope = hill(trial)
        gained = value - height
        if gained >= _ENOUGH * expected and gained > 0:
            errors = np.append(np.maximum(model - gained, 0.0), 0.0)
            center, height, failures = trial, value, 0
            weight = max(weight / 2, lightest) if gained >= _GOOD * expected else weight
        else:
            error = gained - float(slope @ move)
            failures += 1
            weight *= 2.0 if error < 0 or failures > len(slopes) else 1.0
            errors = np.append(errors, max(error, 0.0))
        slopes = np.vstack([slopes, slope])
    return Summit(center, height, most_steps, settled=False)


def _steepness(slope: Floats) -> float:
    return float(np.linalg.norm(slope - slope.mean()))
