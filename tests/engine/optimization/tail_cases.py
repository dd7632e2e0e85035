"""Markets, constraints and independent oracles for the methods that are linear programmes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.linear import solve_linear
from engine.optimization.linear_form import structure_of
from tests.engine.biases.records import real_prices


@cache
def real_returns() -> Floats:
    close = real_prices().close
    return np.asarray(close[1:] / close[:-1] - 1.0)


def market(rng: np.random.Generator, assets: int, days: int) -> Floats:
    """Fat-tailed returns with one common factor."""
    common = 0.01 * rng.standard_t(4, (days, 1)) * rng.uniform(0.4, 1.4, assets)
    return np.asarray(
        0.0003 + common + rng.standard_t(4, (days, assets)) * rng.uniform(0.004, 0.02, assets)
    )


def estimates_of(returns: Floats, risk_free: float = 0.0) -> Estimates:
    days, assets = returns.shape
    covariance = np.cov(returns.T).reshape(assets, assets) if days > 1 else np.eye(assets)
    return Estimates(
        symbols=tuple(f"A{number}" for number in range(assets)),
        scenarios=returns,
        mean=252 * returns.mean(axis=0),
        mean_se=np.full(assets, np.nan),
        covariance=252 * covariance,
        observations=days,
        risk_free=risk_free,
    )


def long_only(assets: int) -> Constraints:
    return Constraints(np.zeros(assets), np.ones(assets))


def constrained(rng: np.random.Generator, assets: int) -> Constraints:
    """Bounds, a group, cash and turnover around a portfolio that satisfies them all."""
    current = rng.dirichlet(np.full(assets, 0.5)) * rng.uniform(0.9, 1.0)
    members = rng.permutation(assets)[: max(1, assets // 3)]
    share = float(current[members].sum())
    return Constraints(
        lower=np.where(rng.random(assets) < 0.2, 0.5 * current, 0.0),
        upper=np.maximum(current, rng.uniform(0.05, 0.5, assets)),
        groups=(Group("some", members, 0.5 * share, min(1.0, share + 0.05)),),
        current=current,
        turnover=float(rng.uniform(0.2, 1.0)),
        cash=(0.0, 0.15),
    )


def full_cvar(
    estimates: Estimates, constraints: Constraints, level: float, least: float = -np.inf
) -> float:
    """The least CVaR by the textbook's programme with all scenarios and all assets, by HiGHS."""
    interest = estimates.risk_free / 252 if constraints.cash != (0.0, 0.0) else 0.0
    gains = estimates.scenarios - interest
    days, assets = gains.shape
    # variables: weights, trades, threshold, excesses
    blocks = [
        sparse.hstack([-gains, np.zeros((days, assets)), -np.ones((days, 1)), -sparse.eye(days)])
    ]
    limits = [np.full(days, interest)]
    wide = sparse.csr_array((1, assets + 1 + days))

    def add(row: Floats, limit: float) -> None:
        blocks.append(sparse.hstack([row[None, :], wide]))
        limits.append(np.array([limit]))

    low_cash, high_cash = constraints.cash
    add(np.ones(assets), 1 - low_cash)
    add(-np.ones(assets), high_cash - 1)
    for group in constraints.groups:
        members = np.bincount(group.members, minlength=assets).astype(float)
        add(members, group.upper)
        add(-members, -group.lower)
    if np.isfinite(least):
        excess = estimates.mean - estimates.risk_free
        add(-excess, estimates.risk_free - least)
    if constraints.turnover is not None:
        assert constraints.current is not None
        for sign in (1.0, -1.0):
            tail = sparse.csr_array((assets, 1 + days))
            blocks.append(sparse.hstack([sign * sparse.eye(assets), -sparse.eye(assets), tail]))
            limits.append(sign * constraints.current)
        traded = np.concatenate([np.zeros(assets), np.ones(assets), np.zeros(1 + days)])
        blocks.append(sparse.csr_array(traded[None, :]))
        limits.append(np.array([constraints.turnover]))
    cost = np.concatenate([np.zeros(2 * assets), [1.0], np.full(days, 1 / ((1 - level) * days))])
    weights = list(zip(constraints.lower, constraints.upper, strict=True))
    found = linprog(
        cost,
        A_ub=sparse.vstack(blocks),
        b_ub=np.concatenate(limits),
        bounds=[*weights, *[(0, None)] * assets, (None, None), *[(0, None)] * days],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    assert found.status == 0
    return float(found.fun)


def some_portfolios(rng: np.random.Generator, constraints: Constraints, count: int) -> Floats:
    """(count, N) random mixtures of corners of the feasible set."""
    form = structure_of(constraints)
    corners = []
    for _ in range(8):
        answer = solve_linear(
            rng.normal(size=len(form.asset)),
            form.rows,
            form.row_lower,
            form.row_upper,
            np.zeros(len(form.asset)),
            np.minimum(form.upper, 2.0),
        )
        corners.append(form.weights(answer.values))
    return rng.dirichlet(np.full(8, 0.5), count) @ np.array(corners)


def reordered(
    estimates: Estimates, constraints: Constraints, order: np.ndarray
) -> tuple[Estimates, Constraints]:
    """The same question with the assets in another order."""
    back = np.argsort(order)
    asked = replace(
        estimates,
        symbols=tuple(estimates.symbols[n] for n in order),
        scenarios=estimates.scenarios[:, order],
        mean=estimates.mean[order],
        covariance=estimates.covariance[np.ix_(order, order)],
    )
    bound = replace(
        constraints,
        lower=constraints.lower[order],
        upper=constraints.upper[order],
        current=None if constraints.current is None else constraints.current[order],
        groups=tuple(replace(group, members=back[group.members]) for group in constraints.groups),
    )
    return asked, bound


def nudged(weights: Floats, step: float = 1e-3) -> Floats:
    """(N, N) the same long-only portfolio with a little moved into each asset in turn."""
    return np.asarray((1 - step) * weights + step * np.eye(len(weights)))
