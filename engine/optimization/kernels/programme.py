"""A convex quadratic programme: what is curved, what is demanded, and how well a point meets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from engine.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Curvature:
    """P over the first n variables: ``matrix``, or loadings·loadingsᵀ + diag(specific).

    Symmetric positive semidefinite; variables after the n-th have none.
    """

    matrix: Floats | None = None  # (n, n)
    loadings: Floats | None = None  # (n, K)
    specific: Floats | None = None  # (n,)

    @property
    def size(self) -> int:
        return len(self.diagonal())

    def diagonal(self) -> Floats:
        if self.matrix is not None:
            return np.diagonal(self.matrix)
        loadings, specific = self.factors()
        return np.asarray(np.einsum("ik,ik->i", loadings, loadings) + specific)

    def factors(self) -> tuple[Floats, Floats]:
        assert self.loadings is not None
        assert self.specific is not None
        return self.loadings, self.specific

    def times(self, x: Floats) -> Floats:
        """P x for x (V,), padded with zeros to its length; zeros of x cost nothing."""
        n = self.size
        product = np.zeros(len(x))
        if self.matrix is not None:
            held = np.flatnonzero(x[:n])
            sparse_enough = len(held) < n // 2
            product[:n] = self.matrix[held].T @ x[held] if sparse_enough else self.matrix @ x[:n]
            return product
        loadings, specific = self.factors()
        product[:n] = loadings @ (loadings.T @ x[:n]) + specific * x[:n]
        return product

    def block(self, held: Ints) -> Floats:
        """(k, k) of the variables held, zero for those after the n-th."""
        inside = held < self.size
        at = held[inside]
        block = np.zeros((len(held), len(held)))
        if self.matrix is not None:
            part = self.matrix[np.ix_(at, at)]
        else:
            loadings, specific = self.factors()
            part = loadings[at] @ loadings[at].T + np.diag(specific[at])
        block[np.ix_(inside, inside)] = part
        return block

    def only(self, held: Ints, factor: float = 1.0) -> Curvature:
        """Of the variables held alone (those curved must come first), times ``factor``."""
        at = held[held < self.size]
        if self.matrix is not None:
            return Curvature(matrix=factor * self.matrix[np.ix_(at, at)])
        loadings, specific = self.factors()
        return Curvature(loadings=np.sqrt(factor) * loadings[at], specific=factor * specific[at])

    def scaled(self, factor: float) -> Curvature:
        if self.matrix is not None:
            return Curvature(matrix=factor * self.matrix)
        loadings, specific = self.factors()
        return Curvature(loadings=np.sqrt(factor) * loadings, specific=factor * specific)


@dataclass(frozen=True, slots=True)
class Programme:
    """min x'Px/2 + linear·x over lower <= rows @ x <= upper and floor <= x <= ceiling."""

    curvature: Curvature
    linear: Floats  # (V,)
    rows: sparse.csc_array  # (M, V)
    lower: Floats  # (M,)
    upper: Floats  # (M,)
    floor: Floats  # (V,)
    ceiling: Floats  # (V,)

    def gradient(self, x: Floats, duals: Floats) -> Floats:
        """(V,) P x + linear - rowsᵀ·duals; a dual is positive where its row is at ``lower``."""
        return np.asarray(self.curvature.times(x) + self.linear - self.rows.T @ duals)

    def value(self, x: Floats) -> float:
        return float(0.5 * x @ self.curvature.times(x) + self.linear @ x)

    def restricted(self, kept: Ints, x: Floats) -> Programme:
        """In the variables kept (ascending), all others staying where they are in ``x``."""
        others = x.copy()
        others[kept] = 0.0
        gone = self.rows @ others
        return Programme(
            self.curvature.only(kept),
            (self.linear + self.curvature.times(others))[kept],
            sparse.csc_array(self.rows[:, kept]),
            self.lower - gone,
            self.upper - gone,
            self.floor[kept],
            self.ceiling[kept],
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """``residual``: how far the point is from the Karush-Kuhn-Tucker conditions (``residual_of``).

    ``tried``: solvers that failed before, each with its reason.
    """

    x: Floats  # (V,)
    duals: Floats  # (M,) of the rows; positive at ``lower``, negative at ``upper``
    residual: float
    solver: str
    tried: tuple[str, ...] = ()


def size_of(programme: Programme) -> float:
    """The unit in which gradients are judged: the larger of the mean variance and any slope."""
    diagonal = programme.curvature.diagonal()
    mean = float(diagonal.mean()) if len(diagonal) else 0.0
    return max(mean, float(np.abs(programme.linear).max(initial=0.0)), 1e-300)


def residual_of(programme: Programme, x: Floats, duals: Floats) -> float:
    """The natural residual: what one projected step of unit gradient would still move.

    The largest of |x - clip(x - g)| and |rows·x - clip(rows·x - duals)|, with g and the duals in
    units of ``size_of``: zero exactly at an optimum (Facchinei and Pang, "Finite-Dimensional
    Variational Inequalities", 2003, §1.5).
    """
    unit = size_of(programme)
    gradient = programme.gradient(x, duals) / unit
    moved = x - np.clip(x - gradient, programme.floor, programme.ceiling)
    at = programme.rows @ x
    missed = at - np.clip(at - duals / unit, programme.lower, programme.upper)
    return float(max(np.abs(moved).max(initial=0.0), np.abs(missed).max(initial=0.0)))
