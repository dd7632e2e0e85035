"""PIQP and Clarabel behind one face: a programme in, a point with its duals out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import clarabel
import numpy as np
import piqp
from scipy import sparse

from engine.arrays import Flags, Floats
from engine.optimization.kernels.programme import Programme, size_of

ACCURACY = 1e-9
STEPS = 200


class Insoluble(Exception):
    """No answer. ``reason``: "infeasible", "unbounded", "inaccurate"; ``tried`` by whom."""

    def __init__(self, reason: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.tried = tried


@dataclass(frozen=True, slots=True)
class Point:
    x: Floats  # (V,)
    duals: Floats  # (M,) positive at a row's ``lower``, negative at its ``upper``


@dataclass(frozen=True, slots=True)
class _Form:
    """A programme in a solver's variables and in units of ``unit``; x comes first."""

    unit: float
    curvature: Any  # dense, or sparse where there are factors
    linear: Floats
    rows: Any  # dense or sparse alike
    lower: Floats
    upper: Floats
    floor: Floats
    ceiling: Floats

    def point(self, programme: Programme, x: Floats, duals: Floats) -> Point:
        if not (np.isfinite(x).all() and np.isfinite(duals).all()):
            raise Insoluble("inaccurate")
        return Point(x[: len(programme.floor)], self.unit * duals[: len(programme.lower)])


def by_piqp(programme: Programme) -> Point:
    """Schwan, Jiang, Kuhn and Jones, "PIQP: a proximal interior-point QP solver", CDC 2023.

    Dense without factors, sparse with them. Raises Insoluble.
    """
    dense = programme.curvature.matrix is not None
    form = _dense_form(programme) if dense else _factor_form(programme)
    solver = piqp.DenseSolver() if dense else piqp.SparseSolver()
    solver.settings.eps_abs = solver.settings.eps_duality_gap_abs = ACCURACY
    solver.settings.eps_rel = solver.settings.eps_duality_gap_rel = ACCURACY
    solver.settings.max_iter = STEPS
    equal = form.lower == form.upper
    equations = (_rows(form, equal), form.lower[equal]) if equal.any() else (None, None)
    some = not bool(equal.all())
    bounded = (_rows(form, ~equal), form.lower[~equal], form.upper[~equal])
    solver.setup(
        form.curvature,
        form.linear,
        *equations,
        *(bounded if some else (None, None, None)),
        form.floor,
        form.ceiling,
    )
    status, result = solver.solve(), solver.result
    if status == piqp.PIQP_PRIMAL_INFEASIBLE:
        raise Insoluble("infeasible")
    if status == piqp.PIQP_DUAL_INFEASIBLE:
        raise Insoluble("unbounded")
    duals = np.zeros(len(equal))
    duals[equal] = -result.y
    if some:
        duals[~equal] = result.z_l - result.z_u
    return form.point(programme, np.array(result.x), duals)


def by_clarabel(programme: Programme) -> Point:
    """Goulart and Chen, "Clarabel: an interior-point solver for conic programs", 2024.

    Raises Insoluble.
    """
    dense = programme.curvature.matrix is not None
    form = _dense_form(programme) if dense else _factor_form(programme)
    equal = form.lower == form.upper
    above, below = ~equal & np.isfinite(form.upper), ~equal & np.isfinite(form.lower)
    high, low = np.isfinite(form.ceiling), np.isfinite(form.floor)
    rows, eye = sparse.csr_array(form.rows), sparse.eye_array(len(form.linear), format="csr")
    blocks = [rows[equal], rows[above], -rows[below], eye[high], -eye[low]]
    limits = [form.upper[equal], form.upper[above], -form.lower[below]]
    limits += [form.ceiling[high], -form.floor[low]]
    ends = np.cumsum([len(limit) for limit in limits])
    cones = [clarabel.ZeroConeT(int(ends[0])), clarabel.NonnegativeConeT(int(ends[-1] - ends[0]))]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_iter = STEPS
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = ACCURACY
    answer = clarabel.DefaultSolver(
        sparse.csc_matrix(sparse.triu(sparse.csc_array(form.curvature))),
        form.linear,
        sparse.csc_matrix(sparse.vstack(blocks)),
        np.concatenate(limits),
        [cone for cone, count in zip(cones, (ends[0], ends[-1] - ends[0]), strict=True) if count],
        settings,
    ).solve()
    if answer.status == clarabel.SolverStatus.PrimalInfeasible:
        raise Insoluble("infeasible")
    if answer.status == clarabel.SolverStatus.DualInfeasible:
        raise Insoluble("unbounded")
    z, duals = np.array(answer.z), np.zeros(len(form.lower))
    duals[equal] = -z[: ends[0]]
    duals[above] -= z[ends[0] : ends[1]]
    duals[below] += z[ends[1] : ends[2]]
    return form.point(programme, np.array(answer.x), duals)


def _dense_form(programme: Programme) -> _Form:
    unit, size, n = size_of(programme), len(programme.floor), programme.curvature.size
    curvature = np.zeros((size, size), order="F")
    assert programme.curvature.matrix is not None
    curvature[:n, :n] = programme.curvature.matrix / unit
    return _Form(
        unit,
        curvature,
        programme.linear / unit,
        np.asfortranarray(programme.rows.toarray()),
        programme.lower,
        programme.upper,
        programme.floor,
        programme.ceiling,
    )


def _factor_form(programme: Programme) -> _Form:
    """x'(LLᵀ + D)x = x'Dx + f'f, with f = Lᵀx as variables of their own, in equations."""
    unit, size = size_of(programme), len(programme.floor)
    loadings, specific = programme.curvature.factors()
    n, factors = loadings.shape
    diagonal = np.concatenate([specific / unit, np.zeros(size - n), np.ones(factors)])
    equations = sparse.hstack(
        [
            sparse.csc_array(loadings.T / np.sqrt(unit)),
            sparse.csc_array((factors, size - n)),
            -sparse.eye_array(factors),
        ]
    )
    own = sparse.hstack([programme.rows, sparse.csc_array((programme.rows.shape[0], factors))])
    none, free = np.zeros(factors), np.full(factors, np.inf)
    return _Form(
        unit,
        sparse.csc_matrix(sparse.diags_array(diagonal)),
        np.concatenate([programme.linear / unit, none]),
        sparse.vstack([own, equations], format="csr"),
        np.concatenate([programme.lower, none]),
        np.concatenate([programme.upper, none]),
        np.concatenate([programme.floor, -free]),
        np.concatenate([programme.ceiling, free]),
    )


def _rows(form: _Form, chosen: Flags) -> Any:
    picked = form.rows[chosen]
    return (
        np.asfortranarray(picked) if isinstance(picked, np.ndarray) else sparse.csc_matrix(picked)
    )
