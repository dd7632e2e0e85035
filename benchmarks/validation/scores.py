"""How good verdicts are: ranking, size, calibration, coverage, abstention, money."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from scipy.stats import rankdata, spearmanr

from engine.arrays import Flags, Floats

REPLICATIONS = 300


def roc_auc(score: Floats, positive: Flags) -> float:
    """The chance that somebody with the bias scores higher than somebody without; NaN without
    either."""
    ones, zeros = int(positive.sum()), int((~positive).sum())
    if not ones or not zeros:
        return nan
    ranks = rankdata(score)
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def average_precision(score: Floats, positive: Flags) -> float:
    """The area under precision over recall, ties taken together."""
    if not positive.any():
        return nan
    order = np.argsort(-score, kind="stable")
    hits, ranked = positive[order].astype(np.float64), score[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    found = np.cumsum(hits)[ends]
    precision, recall = found / (ends + 1), found / hits.sum()
    return float((precision * np.diff(np.concatenate([[0.0], recall]))).sum())


def brier(probability: Floats, positive: Flags) -> float:
    return float(np.mean((probability - positive) ** 2)) if len(probability) else nan


def reliability_slope(probability: Floats, positive: Flags) -> float:
    """Slope of a logistic regression of the truth on the log odds that were said: 1 is calibrated,
    below it too sure of itself. NaN where it cannot be fitted."""
    if positive.sum() < 5 or (~positive).sum() < 5:
        return nan
    clipped = np.clip(probability, 1e-3, 1 - 1e-3)
    x = np.stack([np.ones(len(clipped)), np.log(clipped / (1 - clipped))], axis=1)
    y, beta = positive.astype(np.float64), np.zeros(2)
    for _ in range(40):
        fitted = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (y - fitted) - 1e-3 * beta
        hessian = (x * (fitted * (1 - fitted))[:, None]).T @ x + 1e-3 * np.eye(2)
        beta = beta + np.linalg.solve(hessian, gradient)
    return float(beta[1])


def spearman(one: Floats, other: Floats) -> float:
    if len(one) < 5 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return nan
    return float(spearmanr(one, other).statistic)


def pooled(theta: Floats, se: Floats) -> float:
    """The inverse-variance mean: what the statistic measures in a group of one kind."""
    usable = np.isfinite(theta) & np.isfinite(se) & (se > 0)
    if not usable.any():
        return nan
    weight = 1 / (se[usable] ** 2 + np.var(theta[usable]))
    return float((weight * theta[usable]).sum() / weight.sum())


def covered(theta: Floats, se: Floats, truth: Floats) -> float:
    """Share of the 90 % intervals theta ± 1.645 se that hold the truth."""
    usable = np.isfinite(theta) & np.isfinite(se) & np.isfinite(truth) & (se > 0)
    if not usable.any():
        return nan
    inside = np.abs(theta[usable] - truth[usable]) <= 1.645 * se[usable]
    return float(inside.mean())


def interval(
    statistic: Callable[[Floats, Flags], float],
    score: Floats,
    positive: Flags,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """90 % of ``statistic`` over resampled investors, those with and without the bias apart."""
    ones, zeros = np.flatnonzero(positive), np.flatnonzero(~positive)
    if len(ones) < 2 or len(zeros) < 2:
        return nan, nan
    drawn = []
    for _ in range(REPLICATIONS):
        picked = np.concatenate([rng.choice(ones, len(ones)), rng.choice(zeros, len(zeros))])
        drawn.append(statistic(score[picked], positive[picked]))
    low, high = np.quantile(drawn, [0.05, 0.95])
    return float(low), float(high)
