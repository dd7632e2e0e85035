"""Variance, Sharpe ratio, semivariance and frontier beside PyPortfolioOpt, skfolio and cvxpy.

N = 20 are real shares, the others synthetic (a market, nine styles and noise), 1,260 days, one
BLAS thread each. CPU time, so that other work on the machine counts little; "from returns" has the
moments in it on both sides. Peers are called with their default solver and with Clarabel; what
they answer is checked against ours by the objective recomputed from the weights, once these are at
or above zero and add up to one (the peers' may miss that by 1e-4).
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any
from warnings import catch_warnings, simplefilter

import cvxpy
import numpy as np
import pandas as pd
from pypfopt import EfficientFrontier, EfficientSemivariance, exceptions
from skfolio import RiskMeasure
from skfolio.optimization import MaximumDiversification, MeanRisk, ObjectiveFunction
from threadpoolctl import threadpool_limits

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Deviations, Estimates
from engine.optimization.kernels.active_set import solve_from_returns
from engine.optimization.methods import (
    efficient_frontier,
    maximum_diversification,
    maximum_sharpe,
    minimum_variance,
    semivariance,
    target_risk,
)
from tests.engine.biases.records import real_prices

DAYS = 1260
SIZES = (20, 100, 500)
LARGEST = 1000
REPEATS, PATIENCE = 9, 3.0  # at most so many calls, and no new one after so many seconds

Run = Callable[[], Floats]
Row = dict[str, Any]


def measure() -> list[Row]:
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", UserWarning)  # PyPortfolioOpt's: "solution may be inaccurate"
        rows: list[Row] = []
        for assets in SIZES:
            returns = _returns(assets)
            rows += _variance(returns) + _sharpe(returns)
            rows += _semivariance(returns) if assets < SIZES[-1] else []
        rows += _largest(_returns(LARGEST)) + _constrained(SIZES[-1])
        return rows + _further(_returns(SIZES[-1]))


def _returns(assets: int) -> Floats:
    if assets == SIZES[0]:
        close = real_prices().close[-DAYS - 1 :]
        return np.asarray(close[1:] / close[:-1] - 1.0)
    rng = np.random.default_rng(assets)
    loadings = rng.normal(0.0, 0.004, (assets, 10))
    loadings[:, 0] = 0.01 * rng.uniform(0.5, 1.5, assets)
    noise = rng.normal(size=(DAYS, assets)) * rng.uniform(0.005, 0.03, assets)
    return np.asarray(rng.normal(size=(DAYS, 10)) @ loadings.T + noise + 0.0004)


def _estimates(returns: Floats) -> Estimates:
    """As ``estimate`` makes them of historical means and the sample covariance."""
    days, assets = returns.shape
    made_of = Deviations(returns, np.full(days, 252.0 / (days - 1)))
    return Estimates(
        tuple(map(str, range(assets))),
        returns,
        252 * returns.mean(axis=0),
        np.full(assets, np.nan),
        made_of.unformed(),
    )


def _long_only(assets: int) -> Constraints:
    return Constraints(np.zeros(assets), np.ones(assets))


def _timed(run: Run) -> tuple[float, Floats, int]:
    """Median CPU milliseconds, the answer, and of how many calls; not a short first one."""
    start = process_time()
    answer = run()
    taken = [process_time() - start]
    if taken[0] < PATIENCE:
        taken = []
        while not taken or (len(taken) < REPEATS and process_time() - start < PATIENCE):
            before = process_time()
            answer = run()
            taken.append(process_time() - before)
    return 1000 * median(taken), np.asarray(answer, dtype=np.float64), len(taken)


def _row(name: str, value: float, unit: str, target: str | None, peer: str | None) -> Row:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": peer}


def _beside(
    name: str,
    ours: Run,
    peers: dict[str, Run],
    worth: Callable[[Floats], float],
    target: str | None,
    ratios: dict[str, str],
) -> list[Row]:
    """Our milliseconds, and how many times as long each peer takes; ``worth``: less is better."""
    own, answer, calls = _timed(ours)
    rows = [_row(name, own, "CPU ms", target, f"median of {calls}")]
    for peer, run in peers.items():
        try:
            theirs, other, calls = _timed(run)
        except (exceptions.OptimizationError, cvxpy.SolverError) as error:
            rows[0]["peer"] += f"; {peer} fails: {str(error).splitlines()[0][:40]}"
            continue
        other = np.maximum(other, 0.0) / np.maximum(other, 0.0).sum()
        assert worth(answer) <= worth(other) + 1e-8, (name, peer, worth(answer), worth(other))
        said = f"{theirs:,.1f} ms, median of {calls}; {worth(other):.9g}, ours {worth(answer):.9g}"
        rows.append(_row(f"  as fast as {peer}", theirs / own, "times", ratios.get(peer), said))
    return rows


def _weights(found: dict[str, float]) -> Floats:
    return np.array(list(found.values()))


def _volatility(returns: Floats) -> Callable[[Floats], float]:
    return lambda w: float(np.sqrt(252) * np.std(returns @ w, ddof=1))


def _frontier(returns: Floats, solver: str | None) -> EfficientFrontier:
    return EfficientFrontier(252 * returns.mean(axis=0), 252 * np.cov(returns.T), solver=solver)


def _variance(returns: Floats) -> list[Row]:
    assets = returns.shape[1]

    def package(solver: str | None) -> Run:
        return lambda: _weights(_frontier(returns, solver).min_volatility())

    return _beside(
        f"minimum variance, {assets} assets, from returns",
        lambda: minimum_variance.solve(_estimates(returns), _long_only(assets)).weights,
        {
            "PyPortfolioOpt": package(None),
            "PyPortfolioOpt with Clarabel": package("CLARABEL"),
            "skfolio": lambda: MeanRisk(risk_measure=RiskMeasure.VARIANCE).fit(returns).weights_,
        },
        _volatility(returns),
        None,
        {"PyPortfolioOpt": ">= 20"} if assets == SIZES[-1] else {},
    ) + _kernel(returns, np.ones(assets), "minimum variance", package)


def _sharpe(returns: Floats) -> list[Row]:
    assets = returns.shape[1]
    objective = ObjectiveFunction.MAXIMIZE_RATIO

    def package(solver: str | None) -> Run:
        return lambda: _weights(_frontier(returns, solver).max_sharpe(risk_free_rate=0.0))

    return _beside(
        f"maximum Sharpe, {assets} assets, from returns",
        lambda: maximum_sharpe.solve(_estimates(returns), _long_only(assets)).weights,
        {
            "PyPortfolioOpt": package(None),
            "PyPortfolioOpt with Clarabel": package("CLARABEL"),
            "skfolio": lambda: MeanRisk(objective_function=objective).fit(returns).weights_,
        },
        _loss_of_sharpe(returns),
        None,
        {},
    ) + _kernel(returns, returns.mean(axis=0), "maximum Sharpe", package)


def _loss_of_sharpe(returns: Floats) -> Callable[[Floats], float]:
    return lambda w: -252 * float(returns.mean(axis=0) @ w) / _volatility(returns)(w)


def _kernel(
    returns: Floats, linear: Floats, name: str, package: Callable[[str | None], Run]
) -> list[Row]:
    """Without ever forming the covariance, beside the better of the peer's solvers."""
    if returns.shape[1] < SIZES[-1]:
        return []

    def ours() -> Floats:
        x = solve_from_returns(returns, linear)
        return np.asarray(x / x.sum())

    worth = _volatility(returns) if name == "minimum variance" else _loss_of_sharpe(returns)
    best = {"PyPortfolioOpt with Clarabel": package("CLARABEL")}
    if name == "minimum variance":
        best["PyPortfolioOpt"] = package(None)
    title = f"{name}, {returns.shape[1]} assets, no covariance"
    return _beside(title, ours, best, worth, None, dict.fromkeys(best, ">= 20"))


def _largest(returns: Floats) -> list[Row]:
    """The kernels at their target size."""
    rows = []
    for name, linear in (("minimum variance", np.ones(LARGEST)), ("maximum Sharpe", None)):

        def run(linear: Floats | None = linear) -> Floats:
            return solve_from_returns(returns, returns.mean(axis=0) if linear is None else linear)

        took, x, calls = _timed(run)
        said = f"median of {calls}, {np.count_nonzero(x)} held"
        rows.append(_row(f"{name}, {LARGEST} assets, no covariance", took, "CPU ms", "<= 15", said))
        covariance = np.cov(returns.T)
        slope = covariance @ x - (returns.mean(axis=0) if linear is None else linear)
        size = 1.0 if linear is not None else float(np.abs(returns.mean(axis=0)).max())
        miss = max(float(np.abs(slope[x > 0]).max()), -float(slope.min())) / size
        rows.append(_row("  its KKT residual", miss, "", "<= 1e-9", None))
    return rows


def _semivariance(returns: Floats) -> list[Row]:
    assets, table = returns.shape[1], pd.DataFrame(returns)

    def package() -> Floats:
        found = EfficientSemivariance(None, table, solver="CLARABEL").min_semivariance()
        return _weights(found)

    def worth(w: Floats) -> float:
        return float(np.sqrt(252 * np.mean(np.minimum(0.0, returns @ w) ** 2)))

    return _beside(
        f"semivariance, {assets} assets, {DAYS} days",
        lambda: semivariance.solve(_estimates(returns), _long_only(assets)).weights,
        {"PyPortfolioOpt with Clarabel": package},
        worth,
        None,
        {},
    )


def _constrained(assets: int) -> list[Row]:
    """5 % caps, ten sectors of at most 25 %: dense and by factors, beside cvxpy with Clarabel."""
    rng = np.random.default_rng(assets)
    loadings = rng.normal(0.0, 0.06, (assets, 10))
    loadings[:, 0] = 0.16 * rng.uniform(0.5, 1.5, assets)
    specific = rng.uniform(0.1, 0.45, assets) ** 2
    covariance = loadings @ loadings.T + np.diag(specific)
    groups = tuple(Group(f"g{i}", np.arange(i, assets, 10), 0.0, 0.25) for i in range(10))
    allowed = Constraints(np.zeros(assets), np.full(assets, 0.05), groups)
    symbols, none = tuple(map(str, range(assets))), np.full(assets, np.nan)
    empty, mean = np.zeros((1, assets)), rng.normal(0.08, 0.08, assets)
    dense = Estimates(symbols, empty, mean, none, covariance)
    factors = Estimates(symbols, empty, mean, none, covariance, loadings, specific)

    def peer(by_factors: bool) -> Run:
        def run() -> Floats:
            w = cvxpy.Variable(assets)
            rules = [w >= 0, w <= 0.05, cvxpy.sum(w) == 1]
            rules += [cvxpy.sum(w[one.members]) <= one.upper for one in groups]
            risk = (
                cvxpy.sum_squares(loadings.T @ w)
                + cvxpy.sum_squares(cvxpy.multiply(np.sqrt(specific), w))
                if by_factors
                else cvxpy.quad_form(w, cvxpy.psd_wrap(covariance))
            )
            cvxpy.Problem(cvxpy.Minimize(1.5 * risk - mean @ w), rules).solve(solver="CLARABEL")
            return np.asarray(w.value)

        return run

    def worth(w: Floats) -> float:
        return float(1.5 * w @ covariance @ w - mean @ w)

    rows = []
    for form, estimates, target in (("dense", dense, "<= 35"), ("factors", factors, "<= 5")):
        rows += _beside(
            f"mean-variance, caps and sectors, {assets} assets, {form}",
            lambda estimates=estimates: efficient_frontier.solve(estimates, allowed).weights,
            {"cvxpy with Clarabel": peer(form == "factors")},
            worth,
            target,
            {"cvxpy with Clarabel": ">= 7"},
        )
    return rows


def _further(returns: Floats) -> list[Row]:
    """What has no figure to reach."""
    assets = returns.shape[1]
    estimates, capped = _estimates(returns), Constraints(np.zeros(assets), np.full(assets, 0.05))
    sigma = np.sqrt(np.diagonal(estimates.covariance))
    rows = _beside(
        f"maximum diversification, {assets} assets",
        lambda: maximum_diversification.solve(_estimates(returns), _long_only(assets)).weights,
        {"skfolio": lambda: MaximumDiversification().fit(returns).weights_},
        lambda w: -float(sigma @ w) / _volatility(returns)(w),
        None,
        {},
    )
    runs: dict[str, Run] = {
        "maximum Sharpe, 5 % caps": lambda: maximum_sharpe.solve(estimates, capped).weights,
        "most return at 15 % volatility, 5 % caps": lambda: (
            target_risk.solve(estimates, capped, target=0.15).weights
        ),
        "semivariance, 5 % caps": lambda: semivariance.solve(estimates, capped).weights,
        "frontier of 50 points, 5 % caps": lambda: np.array(
            [one.objective for one in efficient_frontier.trace_frontier(estimates, capped, 50)]
        ),
    }
    for name, run in runs.items():
        took, _, calls = _timed(run)
        rows.append(_row(f"{name}, {assets} assets", took, "CPU ms", None, f"median of {calls}"))
    return rows
