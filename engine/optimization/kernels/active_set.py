"""Least squares with weights at or above zero: the kernel of long-only variance and Sharpe."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky

from engine.arrays import Flags, Floats, Ints

TOLERANCE = 1e-11  # of the gradient, relative to the largest of ``linear``
ROUNDS = 1000
DEPENDENT = 1e-12  # a pivot smaller than this share of the largest variance is no pivot

Block = Callable[[Ints, Ints], Floats]
Product = Callable[[Ints, Floats], Floats]


class Dependent(Exception):
    """The held columns depend on each other: no unique answer, or one of no risk at all."""


def solve_from_covariance(covariance: Floats, linear: Floats) -> Floats:
    """(N,) x >= 0 that minimises x'Σx/2 - linear·x, from (N, N) Σ.

    Raises Dependent where a needed block of Σ is singular.
    """
    return _solve(
        linear,
        np.diagonal(covariance),
        lambda rows, columns: np.asarray(covariance[np.ix_(rows, columns)]),
        lambda held, x: np.asarray(covariance[held].T @ x),
    )


def solve_from_returns(returns: Floats, linear: Floats, days: Floats | None = None) -> Floats:
    """The same from (T, N) returns, where Σ is their sample covariance, which is never formed.

    ``days``: (T,) how much each day's squared deviation from the plain mean counts, if not
    1 / (T - 1). Only blocks of the assets that enter are formed: N = 1000 costs little more than
    reading the returns.
    """
    count = len(returns)
    alike = days is None or float(np.ptp(days)) == 0.0
    each = np.full(count, 1.0 / (count - 1)) if days is None else days
    scale: Floats | float = float(each[0]) if alike else each
    mean = returns.mean(axis=0)
    if alike:
        variances = np.einsum("ti,ti->i", returns, returns) - count * mean * mean
        variances *= scale
    else:
        variances = np.einsum("t,ti,ti->i", each, returns, returns)
        variances += mean * (float(each.sum()) * mean - 2.0 * (each @ returns))

    def block(rows: Ints, columns: Ints) -> Floats:
        left = returns[:, rows] - mean[rows]
        right = left if rows is columns else returns[:, columns] - mean[columns]
        return np.asarray(scale * (left.T @ right) if alike else (left.T * each) @ right)

    def product(held: Ints, x: Floats) -> Floats:
        path = returns[:, held] @ x
        path -= path.mean()
        path *= scale
        return np.asarray(path @ returns - float(path.sum()) * mean)

    return _solve(linear, variances, block, product)


def _solve(linear: Floats, variances: Floats, block: Block, product: Product) -> Floats:
    """Lawson and Hanson ("Solving Least Squares Problems", 1974, ch. 23), whole blocks entering.

    A block that brings nothing is followed by single entries, which always descend.
    """
    if not float(variances.max()) > 0.0:
        raise Dependent
    x, free = np.zeros(len(linear)), np.zeros(len(linear), bool)
    floor = float(variances.max()) * DEPENDENT
    least = TOLERANCE * max(float(np.abs(linear).max()), 1e-300)
    known = _Known(block)
    gradient, value, single = linear.copy(), 0.0, False
    for _ in range(ROUNDS):
        entering = _entering(gradient, variances, free, least, floor, single)
        if not len(entering):
            return x
        before = x.copy(), free.copy()
        free[entering] = True
        try:
            _descend(x, free, linear, known, floor)
        except LinAlgError:
            if single:
                raise Dependent from None
            (x, free), single = before, True
            continue
        held = np.flatnonzero(free)
        grown = product(held, x[held])
        now = float(x @ (0.5 * grown - linear))
        if now >= value - 1e-15 * abs(value):
            if single:
                return x
            (x, free), single = before, True
            continue
        value, single, gradient = now, False, linear - grown
    raise Dependent


def _entering(
    gradient: Floats, variances: Floats, free: Flags, least: float, floor: float, single: bool
) -> Ints:
    """The assets outside that would lower the objective most, at most half as many as inside."""
    outside = np.flatnonzero(~free & (gradient > least))
    gain = gradient[outside] ** 2 / np.maximum(variances[outside], floor)
    most = 1 if single else max(16, int(free.sum()) // 2)
    return outside[np.argsort(-gain, kind="stable")[:most]]


class _Known:
    """The covariances among all assets that ever entered, computed once each."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.place: dict[int, int] = {}
        self.seen = np.zeros(0, np.int64)
        self.values = np.zeros((0, 0))

    def among(self, held: Ints) -> Floats:
        new = np.array([i for i in held.tolist() if i not in self.place], np.int64)
        if len(new):
            grown = np.empty((len(self.seen) + len(new),) * 2)
            old = len(self.seen)
            grown[:old, :old] = self.values
            grown[old:, old:] = self.block(new, new)
            if old:
                cross = self.block(self.seen, new)
                grown[:old, old:], grown[old:, :old] = cross, cross.T
            for number, asset in enumerate(new.tolist()):
                self.place[asset] = old + number
            self.seen, self.values = np.concatenate([self.seen, new]), grown
        at = np.array([self.place[i] for i in held.tolist()])
        return np.asarray(self.values[np.ix_(at, at)])


def _descend(x: Floats, free: Flags, linear: Floats, known: _Known, floor: float) -> None:
    """To the minimum over the free assets, dropping those that would fall below zero."""
    while True:
        held = np.flatnonzero(free)
        if not len(held):
            return
        factor = cholesky(known.among(held), lower=True, check_finite=False)
        if float(np.min(np.diagonal(factor))) ** 2 <= floor:
            raise LinAlgError
        target = cho_solve((factor, True), linear[held], check_finite=False)
        if (target > 0.0).all():
            x[held] = target
            return
        now, falling = x[held], target <= 0.0
        step = float(np.min(now[falling] / (now[falling] - target[falling] + 1e-300)))
        moved = np.maximum(now + min(1.0, step) * (target - now), 0.0)
        gone = falling & (moved <= 1e-14 * max(1e-300, float(moved.max())))
        moved[gone] = 0.0
        x[held] = moved
        free[held[gone]] = False
