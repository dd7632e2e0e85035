"""Which of several things to try next: a draw from what is believed of each (Thompson 1933)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite

import numpy as np

SPREAD = 0.25  # of true effects, in units of an average investor's habit: what is believed at first
LOUDEST = 3.0  # a draw moves a weight by this factor at most


@dataclass(frozen=True, slots=True)
class Posterior:
    """A normal belief about an effect; more is better."""

    mean: float
    sd: float


def posteriors(estimates: Mapping[str, tuple[float, float] | None]) -> dict[str, Posterior]:
    """What is believed of each effect, given (estimate, standard error) or nothing.

    Empirical Bayes: effects are taken as N(μ, τ²); μ is their precision-weighted mean, shrunk to 0
    by N(0, ``SPREAD``²); τ² is the estimate of DerSimonian and Laird (1986) averaged with
    ``SPREAD``², which counts as one more effect: with few classes τ² is hardly known. What has no
    estimate is believed to be like the others.
    """
    known = {
        name: one
        for name, one in estimates.items()
        if one is not None and isfinite(one[0]) and isfinite(one[1]) and one[1] > 0
    }
    y = np.array([one[0] for one in known.values()])
    v = np.array([one[1] ** 2 for one in known.values()])
    tau2 = _between(y, v)
    weight = 1.0 / (v + tau2)
    precision = float(weight.sum()) + 1.0 / SPREAD**2
    common = float((weight * y).sum()) / precision
    found = {}
    for name in estimates:
        if name not in known:
            found[name] = Posterior(common, (tau2 + 1.0 / precision) ** 0.5)
            continue
        estimate, se = known[name]
        own = 1.0 / (1.0 / se**2 + 1.0 / tau2)
        pulled = own / tau2  # by so much the common mean counts, with what is not known of it
        found[name] = Posterior(
            own * (estimate / se**2 + common / tau2), (own + pulled**2 / precision) ** 0.5
        )
    return found


def _between(y: np.ndarray, v: np.ndarray) -> float:
    """τ², never 0: that all are alike is not known from a handful."""
    if len(y) < 2:
        return SPREAD**2
    w = 1.0 / v
    mean = float((w * y).sum() / w.sum())
    excess = float((w * (y - mean) ** 2).sum()) - (len(y) - 1)
    moment = max(excess / float(w.sum() - np.square(w).sum() / w.sum()), 0.0)
    return ((len(y) - 1) * moment + SPREAD**2) / len(y)


def draw(beliefs: Mapping[str, Posterior], rng: np.random.Generator) -> dict[str, float]:
    """A factor > 0 for each: exp of a draw, so that the larger belongs to the better with exactly
    the probability with which it is believed to be better, as far as ``LOUDEST`` lets it."""
    drawn = rng.standard_normal(len(beliefs))
    return {
        name: float(np.clip(exp(min(one.mean + one.sd * z, 50.0)), 1.0 / LOUDEST, LOUDEST))
        for (name, one), z in zip(beliefs.items(), drawn.tolist(), strict=True)
    }
