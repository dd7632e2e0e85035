"""Estimates and constraints for the tests of the portfolio methods: real, synthetic, random."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import TRADING_DAYS, Estimates
from engine.optimization.feasible_set import violation
from engine.optimization.solution import Solution
from tests.engine.biases.records import real_prices

OWN: dict[str, dict[str, float]] = {  # our methods, with parameters that any market meets
    "minimum_variance": {},
    "maximum_sharpe": {},
    "target_return": {"target": 0.05},
    "target_risk": {"target": 0.6},
    "mean_variance": {"aversion": 4.0},
    "semivariance": {},
    "maximum_diversification": {},
    "equal_weight": {},
    "inverse_volatility": {},
}


def estimates_of(
    returns: Floats,
    *,
    mean: ArrayLike | None = None,
    covariance: Floats | None = None,
    risk_free: float = 0.0,
    loadings: Floats | None = None,
    specific: Floats | None = None,
) -> Estimates:
    """Sample estimates where nothing else is given."""
    n = returns.shape[1]
    sample = np.atleast_2d(np.cov(returns.T)) * TRADING_DAYS
    return Estimates(
        symbols=tuple(f"S{i}" for i in range(n)),
        scenarios=returns,
        mean=np.asarray(returns.mean(axis=0) * TRADING_DAYS if mean is None else mean, float),
        mean_se=np.full(n, np.nan),
        covariance=sample if covariance is None else covariance,
        loadings=loadings,
        specific=specific,
        observations=len(returns),
        mean_by="sample",
        covariance_by="sample",
        risk_free=risk_free,
    )


def real_returns(days: int = 1260, until: int = 0) -> Floats:
    """(days, 20) daily simple returns of twenty shares, the last ones but ``until``."""
    closes = real_prices().close[: len(real_prices().close) - until]
    chosen = closes[-days - 1 :]
    return np.asarray(chosen[1:] / chosen[:-1] - 1.0)


def synthetic_returns(assets: int, days: int = 1260, seed: int = 0, factors: int = 10) -> Floats:
    """A market, some factors and noise, with the sizes of daily share returns."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.0, 0.004, (assets, factors))
    loadings[:, 0] = 0.01 * rng.uniform(0.5, 1.5, assets)
    noise = rng.normal(size=(days, assets)) * rng.uniform(0.005, 0.03, assets)
    return np.asarray(rng.normal(size=(days, factors)) @ loadings.T + noise + 0.0004)


def long_only(n: int, cap: float = 1.0, **others: object) -> Constraints:
    return Constraints(np.zeros(n), np.full(n, cap), **others)  # type: ignore[arg-type]


def random_constraints(rng: np.random.Generator, n: int) -> tuple[Constraints, Floats]:
    """A random feasible set, and a portfolio that is certainly in it."""
    inside = rng.dirichlet(np.ones(n))
    cash = (0.0, 0.0)
    if rng.random() < 0.4:
        cash = (0.0, float(rng.uniform(0.05, 0.4)))
        inside = inside * (1.0 - rng.uniform(0.0, cash[1]))
    upper = np.minimum(1.0, inside + rng.uniform(0.02, 0.5, n))
    lower = np.zeros(n)
    if rng.random() < 0.4:
        lower = np.where(rng.random(n) < 0.3, inside * rng.uniform(0.0, 1.0, n), 0.0)
    if rng.random() < 0.25:
        lower = lower - rng.uniform(0.0, 0.2)
    groups = []
    for number in range(int(rng.integers(0, 4))):
        members = rng.choice(n, size=int(rng.integers(1, n)), replace=False)
        share = float(inside[members].sum())
        low, high = share * rng.uniform(0.0, 1.0), share + rng.uniform(0.0, 0.3)
        groups.append(Group(f"g{number}", members, float(low), float(high)))
    current = turnover = None
    if rng.random() < 0.5:
        current = rng.dirichlet(np.ones(n)) * (rng.random(n) < 0.6)
        if rng.random() < 0.7:
            turnover = float(np.abs(inside - current).sum() + rng.uniform(0.0, 0.3))
    allowed = Constraints(lower, upper, tuple(groups), current, turnover, cash=cash)
    assert violation(allowed, inside) <= 1e-12
    return allowed, inside


def feasible_points(
    rng: np.random.Generator, allowed: Constraints, inside: Floats, count: int
) -> Floats:
    """(count, N) points of a convex feasible set: hit and run from one in it, and mixes of those.

    Where cash is fixed the directions add up to zero. All points satisfy the constraints to 1e-10.
    """
    ends, at = [inside], inside.copy()
    for _ in range(60):
        direction = rng.normal(size=len(at)) * (rng.random(len(at)) < rng.uniform(0.1, 1.0))
        moving = direction != 0.0
        if allowed.cash[0] == allowed.cash[1] and moving.any():
            direction[moving] -= direction[moving].mean()
        low, high = 0.0, 2.0 / max(float(np.abs(direction).max()), 1e-12)
        for _ in range(40):
            middle = 0.5 * (low + high)
            good = violation(allowed, at + middle * direction) <= 1e-11
            low, high = (middle, high) if good else (low, middle)
        at = at + direction * low * (1.0 if rng.random() < 0.3 else rng.random())
        ends.append(at.copy())
    mixes = rng.dirichlet(np.full(len(ends), 0.05), size=count - len(ends))
    points = np.concatenate([np.array(ends), mixes @ np.array(ends)])
    assert max(violation(allowed, one) for one in points) <= 1e-10
    return points


def assert_sound(solution: Solution, estimates: Estimates, allowed: Constraints) -> None:
    assert violation(allowed, solution.weights) <= 1e-9
    assert abs(solution.weights.sum() + solution.cash - 1.0) <= 1e-10
    assert np.isfinite(solution.objective)
    if allowed.cash == (0.0, 0.0):
        assert abs(solution.weights.sum() - 1.0) <= 1e-10
    assert solution.symbols == estimates.symbols
