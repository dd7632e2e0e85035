"""The conditional logit: against scipy, its slopes, sampled sets, and what cannot be known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from engine.inference.choice_model import (
    PRIOR_VARIANCE,
    ChoiceSets,
    fit_choices,
    probabilities,
)

TRUE = np.array([0.8, -0.5, 0.0])


def draw(seed: int, sets: int, size: int, *, a_set: int = 1) -> ChoiceSets:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(sets, size, 3))
    odds = np.exp(x @ TRUE)
    chance = odds / odds.sum(axis=1, keepdims=True)
    chosen = np.stack([rng.multinomial(a_set, p) for p in chance]).astype(np.float64)
    return ChoiceSets(
        x.reshape(-1, 3),
        np.arange(sets) * size,
        chosen.ravel(),
        np.ones(sets * size),
        np.arange(sets),
    )


def log_posterior(sets: ChoiceSets, beta: np.ndarray) -> float:
    share = probabilities(sets, beta)
    return float(sets.chosen @ np.log(share)) - float(beta @ beta) / (2 * PRIOR_VARIANCE)


def test_the_mode_and_its_curvature() -> None:
    sets = draw(1, 200, 12, a_set=2)
    fit = fit_choices(sets)
    found = minimize(lambda beta: -log_posterior(sets, beta), np.zeros(3), method="BFGS", tol=1e-9)
    assert fit.beta == pytest.approx(found.x, abs=1e-5)
    assert fit.inverse_hessian == pytest.approx(found.hess_inv, abs=3e-4)
    step = 1e-5
    for n in range(3):  # the gradient is 0 there, with the pull of the prior
        at = np.eye(3)[n] * step
        slope = (log_posterior(sets, fit.beta + at) - log_posterior(sets, fit.beta - at)) / step
        assert slope == pytest.approx(0.0, abs=1e-4)
        assert fit.influence(n).sum() == pytest.approx(fit.pull(n))
    assert fit.varies.all()


def test_coverage_of_both_variances() -> None:
    inside = np.zeros((2, 3))
    for seed in range(200):
        fit = fit_choices(draw(seed, 80, 10))
        for n, variance in enumerate((fit.inverse_hessian, fit.sandwich)):
            inside[n] += np.abs(fit.beta - TRUE) <= 1.645 * np.sqrt(np.diag(variance))
    assert (inside / 200 >= 0.83).all()
    assert (inside / 200 <= 0.97).all()


def test_the_sandwich_sees_copies_that_the_hessian_believes() -> None:
    """Each choice five times over: the same information, and only the clusters know."""
    once = draw(4, 100, 10)
    copies = ChoiceSets(once.x, once.first, once.chosen * 5, once.weight, once.cluster)
    one, five = fit_choices(once), fit_choices(copies)
    assert five.inverse_hessian[0, 0] < 0.3 * one.inverse_hessian[0, 0]
    assert five.sandwich[0, 0] == pytest.approx(one.sandwich[0, 0], rel=0.1)


def test_a_sample_of_alternatives_with_weights_gives_the_same() -> None:
    """The chosen and 20 of 200 others, each standing for ten; the first five are always kept."""
    whole = draw(2, 400, 205)
    rng = np.random.default_rng(3)
    rows, weight = [], []
    for start in whole.first:
        chosen = int(np.flatnonzero(whole.chosen[start : start + 205])[0])
        others = rng.choice(np.arange(5, 205), size=20, replace=False)
        if chosen >= 5 and chosen not in others:
            others = np.append(
                rng.choice(np.setdiff1d(np.arange(5, 205), [chosen]), 19, False), chosen
            )
        elif chosen >= 5:
            others = np.append(others[others != chosen], chosen)
        rows.append(start + np.concatenate([np.arange(5), others]))
        weight.append(np.repeat([1.0, 10.0], [5, 20]))
    kept = np.concatenate(rows)
    sampled = ChoiceSets(
        whole.x[kept],
        np.arange(400) * 25,
        whole.chosen[kept],
        np.concatenate(weight),
        whole.cluster,
    )
    full, part = fit_choices(whole), fit_choices(sampled)
    spread = np.sqrt(np.diag(part.inverse_hessian))
    assert (np.abs(part.beta - full.beta) < 2.5 * spread).all()
    unweighted = ChoiceSets(
        sampled.x, sampled.first, sampled.chosen, np.ones(len(kept)), sampled.cluster
    )
    assert fit_choices(unweighted).beta != pytest.approx(part.beta, abs=1e-3)


def test_terms_without_information_stay_finite() -> None:
    sets = draw(5, 50, 8)
    constant = np.ones(len(sets.x))
    x = np.column_stack([sets.x, sets.x[:, 0], constant])
    fit = fit_choices(ChoiceSets(x, sets.first, sets.chosen, sets.weight, sets.cluster))
    assert fit.beta[0] == pytest.approx(fit.beta[3])  # equal twins share
    assert fit.beta[4] == pytest.approx(0.0, abs=1e-9)
    assert fit.inverse_hessian[4, 4] == pytest.approx(PRIOR_VARIANCE)
    assert fit.varies.tolist() == [True, True, True, True, False]


def test_perfect_separation_is_held_by_the_prior() -> None:
    x = np.zeros((60, 1))
    x[::3] = 1.0
    chosen = x[:, 0].copy()
    sets = ChoiceSets(x, np.arange(20) * 3, chosen, np.ones(60), np.arange(20))
    fit = fit_choices(sets)
    assert 2 < fit.beta[0] < 8


def test_the_others_if_one_were_nothing() -> None:
    sets = draw(6, 300, 10)
    restricted = fit_choices(
        ChoiceSets(sets.x[:, 1:], sets.first, sets.chosen, sets.weight, sets.cluster)
    )
    near = fit_choices(sets).without(0)
    assert near[0] == 0.0
    assert near[1:] == pytest.approx(restricted.beta, abs=0.1)


def test_huge_utilities_do_not_overflow() -> None:
    x = np.array([[2000.0], [0.0], [-2000.0], [1000.0]])
    sets = ChoiceSets(x, np.array([0, 2]), np.array([1.0, 0, 1, 0]), np.ones(4), np.arange(2))
    assert np.isfinite(fit_choices(sets).beta).all()
    assert probabilities(sets, np.ones(1)).tolist() == [1.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("seed", range(12))
def test_steps_too_long_are_halved(seed: int) -> None:
    """Rare and large values that are nearly always taken, where Newton's method alone may leap from
    one side to the other for ever."""
    rng = np.random.default_rng(seed)
    rare = np.where(rng.random((60, 7)) < 0.01, 100.0, 0.0)
    x = np.stack([rare, rng.normal(size=(60, 7)) * 30], axis=2)
    taken = rng.integers(0, 7, 60)
    taken = np.where((rare.max(axis=1) > 0) & (rng.random(60) < 0.9), rare.argmax(axis=1), taken)
    chosen = np.zeros((60, 7))
    chosen[np.arange(60), taken] = 40
    sets = ChoiceSets(
        x.reshape(-1, 2), np.arange(60) * 7, chosen.ravel(), np.ones(420), np.arange(60)
    )
    fit = fit_choices(sets)
    best = log_posterior(sets, fit.beta)
    for near in (0.001, -0.001):
        for aside in (np.array([near, 0.0]), np.array([0.0, near])):
            assert best > log_posterior(sets, fit.beta + aside)
