"""The behavioural methods: prospect theory beside cptopt, mental accounts, loss aversion.

No maintained package has any of these. cptopt (cvxgrp, the code of Luxenberg, Schiele and Boyd
2024) has the first; its figures were recorded on a machine like this one (two cores, idle) on its
own example, whose returns are read here so that ours is measured on the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from engine.arrays import Floats
from engine.optimization.accounts import keep_accounts
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import TRADING_DAYS, Estimates
from engine.optimization.goals import Goal
from engine.optimization.methods import loss_aversion, mental_accounts, prospect_theory
from engine.optimization.prospect import ExponentialUtility, Preferences, Prospects

DATA = Path(__file__).parents[2] / "shared" / "domain" / "data"
LIKES = Preferences(ExponentialUtility(8.4, 11.4), 0.77, 0.79, monotone=True)
RUNS = 7

Made = TypeVar("Made")


def measure() -> list[dict[str, Any]]:
    """Without the example and the paper's numbers, which are research, only the larger ones."""
    rows = _example() + _paper() if DATA.exists() else []
    return rows + _larger()


def _row(
    name: str, value: float, unit: str, target: str | None, peer: str | None = None
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": peer}


def _example() -> list[dict[str, Any]]:
    returns = np.loadtxt(DATA / "cptopt_example_returns.csv", delimiter=",", skiprows=1)
    told = json.loads((DATA / "cptopt_benchmark.json").read_text())
    estimates, limits = _estimates(returns), _long_only(3)
    seconds, found = _time(
        lambda: prospect_theory.solve(estimates, limits, preferences=LIKES, horizon=1)
    )
    judge = Prospects.of(LIKES, len(returns))  # one evaluator for all
    values, times = [], []
    for name in ("MV", "MM", "CC"):
        weights = np.array(told[name]["weights"])
        values.append(f"{name} {float(judge.value(returns @ (weights / weights.sum()))):.7f}")
        times.append(f"{name} {told[name]['median']:.3f} s")
    return [
        _row("prospect theory, cptopt's example", seconds, "s", "<= 0.1", _peers(times)),
        _row(
            "the same: U reached (true optimum 0.4065761)",
            found.objective,
            "",
            ">= 0.406576",
            _peers(values),
        ),
    ]


def _peers(figures: list[str]) -> str:
    return "cptopt (recorded): " + ", ".join(figures)


def _paper() -> list[dict[str, Any]]:
    told = json.loads((DATA / "das2010_example.json").read_text())
    mean, covariance = np.array(told["mu"]), np.array(told["Sigma"])
    estimates = Estimates(("a", "b", "c"), np.zeros((2, 3)), mean, np.full(3, np.nan), covariance)
    free = Constraints(np.full(3, -np.inf), np.full(3, np.inf))
    goals = _goals()
    seconds, found = _time(lambda: keep_accounts(estimates, free, goals))
    gaps = [
        max(
            float(np.abs(one.weights - np.array(other["w"])).max()),
            abs(one.aversion - float(other["gamma"])),
        )
        for one, other in zip(found.accounts, told["accounts"], strict=True)
    ]
    return [
        _row("mental accounts, the paper's example", 1000 * seconds, "ms", None),
        _row("the same: largest error of weights and γ", max(gaps), "", "<= 0.0001"),
    ]


def _larger() -> list[dict[str, Any]]:
    rows = []
    for days, assets, target in ((300, 12, None), (1260, 100, "<= 1")):
        estimates, limits = _market(days, assets), _long_only(assets)
        for name, options in (("λ 2.25, months", {}), ("cptopt's, days", _daily())):
            seconds, _ = _time(partial(prospect_theory.solve, estimates, limits, **options), 3)
            named = f"prospect theory {days} x {assets}, {name}"
            rows.append(_row(named, seconds, "s", target))
    wide, limits = _market(1260, 500), _long_only(500)
    accounts, _ = _time(lambda: mental_accounts.solve(wide, limits, goals=_goals()), runs=3)
    aversion, found = _time(lambda: loss_aversion.solve(wide, limits), runs=3)
    return [
        *rows,
        _row("mental accounts, 3 goals, 500 assets", accounts, "s", "<= 1"),
        _row("loss aversion, 1,260 days x 500 assets", aversion, "s", "<= 1"),
        _row("the same: gap to a proved bound", found.measures["gap"], "", "<= 0.000000001"),
    ]


def _daily() -> dict[str, Any]:
    return {"preferences": LIKES, "horizon": 1}


def _goals() -> tuple[Goal, ...]:
    return (
        Goal("retirement", 0.6, -0.10, 0.05),
        Goal("education", 0.2, -0.05, 0.15),
        Goal("bequest", 0.2, -0.15, 0.20),
    )


def _long_only(assets: int) -> Constraints:
    return Constraints(np.zeros(assets), np.ones(assets))


def _market(days: int, assets: int) -> Estimates:
    """A market and noise, with the sizes of daily share returns."""
    rng = np.random.default_rng(assets)
    common = rng.normal(0.0, 0.009, (days, 1)) * rng.uniform(0.5, 1.5, assets)
    own = rng.normal(size=(days, assets)) * rng.uniform(0.005, 0.02, assets)
    return _estimates(common + own + rng.uniform(0.0, 0.0008, assets))


def _estimates(returns: Floats) -> Estimates:
    count = returns.shape[1]
    return Estimates(
        symbols=tuple(f"S{i}" for i in range(count)),
        scenarios=returns,
        mean=returns.mean(axis=0) * TRADING_DAYS,
        mean_se=np.full(count, np.nan),
        covariance=np.atleast_2d(np.cov(returns, rowvar=False)) * TRADING_DAYS,
    )


def _time(run: Callable[[], Made], runs: int = RUNS) -> tuple[float, Made]:
    result, seconds = run(), []
    for _ in range(runs):
        begin = perf_counter()
        run()
        seconds.append(perf_counter() - begin)
    return median(seconds), result


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:52} {row['value']:.7g} {row['unit']} ({row['target']}; {row['peer']})")
