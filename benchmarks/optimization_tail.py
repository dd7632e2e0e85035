"""Tail, regret and risk-budget methods beside PyPortfolioOpt and skfolio, one BLAS thread each.

N = 20 are real shares, 100 and 500 are synthetic (fat tails; a market that all shares follow and
four styles); 1,260 days. A last market has shares that hedge each other, so that hundreds are held
and generating rows and columns gains little. CVaR and CDaR from the returns; hierarchical risk
parity and risk parity from the returns with the covariance counted. Peers are called with their
default solver and with HiGHS where they can take it; as often as fits in a few seconds. No answer
of a peer may be better than ours.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from pypfopt import EfficientCDaR, EfficientCVaR, HRPOpt
from skfolio import RiskMeasure
from skfolio.optimization import HierarchicalRiskParity, MeanRisk, RiskBudgeting
from threadpoolctl import threadpool_limits

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import tail_mean
from engine.optimization.methods import (
    cdar,
    cvar,
    hierarchical_risk_parity,
    mean_absolute_deviation,
    minimax_regret,
    regret_penalised,
    risk_parity,
)
from tests.engine.biases.records import real_prices

DAYS = 1260
SIZES = (20, 100, 500)
REPEATS, PATIENCE = 9, 4.0  # at most so many calls, and no new one after so many seconds

Run = Callable[[], Floats]


def measure() -> list[dict[str, Any]]:
    with threadpool_limits(1):
        rows = []
        for assets in SIZES:
            returns = _returns(assets)
            rows += _cvar(returns) + _hierarchy(returns) + _parity(returns)
            rows += _cdar(returns) if assets == SIZES[0] else []
        return rows + _others(_returns(SIZES[-1])) + _hard(_hedging(SIZES[-1]))


def _returns(assets: int) -> Floats:
    if assets == SIZES[0]:
        close = real_prices().close[-DAYS - 1 :]
        return np.asarray(close[1:] / close[:-1] - 1.0)
    rng = np.random.default_rng(assets)
    factors = np.array([0.01, 0.006, 0.006, 0.006, 0.006]) * rng.standard_t(4, (DAYS, 5))
    loadings = rng.normal(0.0, 0.7, (5, assets))
    loadings[0] = rng.uniform(0.6, 1.4, assets)
    own = rng.uniform(0.005, 0.015, assets) * rng.standard_t(4, (DAYS, assets))
    return np.asarray(0.0003 + factors @ loadings + own)


def _hedging(assets: int) -> Floats:
    rng = np.random.default_rng(assets)
    factors = 0.006 * rng.standard_t(5, (DAYS, 5))
    own = rng.uniform(0.006, 0.02, assets) * rng.standard_t(5, (DAYS, assets))
    return np.asarray(0.0004 + factors @ rng.normal(0.3, 0.6, (5, assets)) + own)


def _estimates(returns: Floats, *, covariance: bool = True) -> Estimates:
    assets = returns.shape[1]
    return Estimates(
        tuple(map(str, range(assets))),
        returns,
        252 * returns.mean(axis=0),
        np.full(assets, np.nan),
        252 * np.cov(returns.T) if covariance else np.zeros((assets, assets)),
    )


def _long_only(assets: int) -> Constraints:
    return Constraints(np.zeros(assets), np.ones(assets))


def _timed(run: Run) -> tuple[float, Floats, int]:
    """Median milliseconds, the answer, and of how many calls; a short first one is not counted."""
    start = perf_counter()
    answer = run()
    taken = [perf_counter() - start]
    if taken[0] < PATIENCE:
        taken = []
        while len(taken) < REPEATS and perf_counter() - start < PATIENCE:
            before = perf_counter()
            answer = run()
            taken.append(perf_counter() - before)
    return 1000 * median(taken), np.asarray(answer, dtype=np.float64), len(taken)


def _row(
    name: str, value: float, unit: str, target: str | None, peer: str | None
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": peer}


def _beside(
    name: str,
    ours: Run,
    peers: dict[str, Run],
    objective: Callable[[Floats], float] | None,
    target: str | None,
    ratios: dict[str, str],
) -> list[dict[str, Any]]:
    """Our milliseconds, and how many times as long each peer takes."""
    own, answer, calls = _timed(ours)
    rows = [_row(name, own, "ms", target, f"median of {calls}")]
    for peer, run in peers.items():
        theirs, other, calls = _timed(run)
        said = f"{theirs:,.1f} ms, median of {calls}"
        if objective is not None:
            assert objective(answer) <= objective(other) + 1e-9, (name, peer)
            said += f"; objective {objective(other):.8g}, ours {objective(answer):.8g}"
        rows.append(_row(f"  as fast as {peer}", theirs / own, "times", ratios.get(peer), said))
    return rows


def _weights(found: dict[str, float]) -> Floats:
    return np.array(list(found.values()))


def _cvar(returns: Floats) -> list[dict[str, Any]]:
    assets, table = returns.shape[1], pd.DataFrame(returns)
    last = assets == SIZES[-1]

    def package(solver: str | None) -> Run:
        def run() -> Floats:
            return _weights(EfficientCVaR(None, table, solver=solver).min_cvar())

        return run

    def other(solver: str) -> Run:
        return lambda: MeanRisk(risk_measure=RiskMeasure.CVAR, solver=solver).fit(returns).weights_

    return _beside(
        f"CVaR, {assets} assets, {DAYS} days",
        lambda: cvar.solve(_estimates(returns, covariance=False), _long_only(assets)).weights,
        {
            "PyPortfolioOpt": package(None),
            "PyPortfolioOpt with HiGHS": package("HIGHS"),
            "skfolio": other("CLARABEL"),
            "skfolio with HiGHS": other("HIGHS"),
        },
        lambda w: tail_mean(-(returns @ w), 0.95),
        "<= 50" if last else None,
        {"PyPortfolioOpt": ">= 200", "PyPortfolioOpt with HiGHS": ">= 20"} if last else {},
    )


def _cdar(returns: Floats) -> list[dict[str, Any]]:
    assets, table = returns.shape[1], pd.DataFrame(returns)
    mean = returns.mean(axis=0)

    def fallen(weights: Floats) -> float:
        path = np.concatenate([[0.0], np.cumsum(returns @ weights)])
        return tail_mean((np.maximum.accumulate(path) - path)[1:], 0.95)

    return _beside(
        f"CDaR, {assets} assets, {DAYS} days",
        lambda: cdar.solve(_estimates(returns, covariance=False), _long_only(assets)).weights,
        {
            "PyPortfolioOpt": lambda: _weights(EfficientCDaR(mean, table).min_cdar()),
            "PyPortfolioOpt with HiGHS": lambda: _weights(
                EfficientCDaR(mean, table, solver="HIGHS").min_cdar()
            ),
            "skfolio": lambda: MeanRisk(risk_measure=RiskMeasure.CDAR).fit(returns).weights_,
        },
        fallen,
        None,
        {},
    )


def _hierarchy(returns: Floats) -> list[dict[str, Any]]:
    assets, table = returns.shape[1], pd.DataFrame(returns)
    last = assets == SIZES[-1]

    def package() -> Floats:
        return _weights(HRPOpt(table).optimize())

    def ours() -> Floats:
        return hierarchical_risk_parity.solve(_estimates(returns), _long_only(assets)).weights

    assert float(np.max(np.abs(ours() - package()))) <= 1e-12
    return _beside(
        f"hierarchical risk parity, {assets} assets",
        ours,
        {
            "PyPortfolioOpt": package,
            "skfolio": lambda: HierarchicalRiskParity().fit(returns).weights_,
        },
        None,
        "<= 25" if last else None,
        {"skfolio": ">= 20"} if last else {},
    )


def _parity(returns: Floats) -> list[dict[str, Any]]:
    assets, covariance = returns.shape[1], np.cov(returns.T)
    last = assets == SIZES[-1]

    def dispersion(weights: Floats) -> float:
        share = weights * (covariance @ weights)
        return float(np.max(np.abs(share / share.sum() - 1 / assets)))

    return _beside(
        f"risk parity, {assets} assets",
        lambda: risk_parity.solve(_estimates(returns), _long_only(assets)).weights,
        {"skfolio": lambda: RiskBudgeting().fit(returns).weights_},
        dispersion,
        "<= 40" if last else None,
        {"skfolio": ">= 20"} if last else {},
    )


def _others(returns: Floats) -> list[dict[str, Any]]:
    """What no peer does the same way, and everything with constraints, at the largest size."""
    assets = returns.shape[1]
    estimates, free = _estimates(returns), _long_only(assets)
    rng = np.random.default_rng(1)
    current = np.zeros(assets)
    current[rng.permutation(assets)[:30]] = rng.dirichlet(np.ones(30))
    tight = Constraints(
        np.zeros(assets),
        np.maximum(0.05, current),
        tuple(Group(str(at), np.arange(at, assets, 10), 0.0, 0.3) for at in range(10)),
        current,
        0.5,
        None,
        (0.0, 0.1),
    )
    rows = []
    for method in (
        cvar,
        cdar,
        mean_absolute_deviation,
        minimax_regret,
        regret_penalised,
        hierarchical_risk_parity,
        risk_parity,
    ):
        said = method.METHOD.name.replace("_", " ")
        for what, constraints in (("", free), (", caps, sectors, turnover, cash", tight)):

            def run(method: Any = method, constraints: Constraints = constraints) -> Floats:
                return np.asarray(method.solve(estimates, constraints).weights)

            taken, _, calls = _timed(run)
            name = f"{said}, {assets} assets{what}"
            rows.append(_row(name, taken, "ms", "<= 1000", f"median of {calls}"))
    return rows


def _hard(returns: Floats) -> list[dict[str, Any]]:
    """The market in which hundreds of assets are held."""
    assets, table = returns.shape[1], pd.DataFrame(returns)
    estimates, free = _estimates(returns, covariance=False), _long_only(assets)
    rows = _beside(
        f"CVaR, {assets} assets that hedge each other",
        lambda: cvar.solve(estimates, free).weights,
        {
            "PyPortfolioOpt with HiGHS": lambda: _weights(
                EfficientCVaR(None, table, solver="HIGHS").min_cvar()
            )
        },
        lambda w: tail_mean(-(returns @ w), 0.95),
        "<= 1000",
        {},
    )
    for name, method in (("CDaR", cdar), ("mean absolute deviation", mean_absolute_deviation)):

        def run(method: Any = method) -> Floats:
            return np.asarray(method.solve(estimates, free).weights)

        taken, _, calls = _timed(run)
        said = f"{name}, {assets} assets that hedge each other"
        rows.append(_row(said, taken, "ms", "<= 1000", f"median of {calls}"))
    return rows
