"""Draws that prefer what helps, in proportion to how sure that is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from engine.inference.thompson import LOUDEST, SPREAD, Posterior, draw, posteriors


def test_two_are_drawn_as_often_as_each_is_believed_to_be_better() -> None:
    rng = np.random.default_rng(1)
    beliefs = {"pace": Posterior(0.10, 0.15), "fomo": Posterior(-0.02, 0.08)}
    better = quad(lambda x: norm.pdf(x, 0.10, 0.15) * norm.cdf(x, -0.02, 0.08), -2, 2)[0]
    drawn = [draw(beliefs, rng) for _ in range(20_000)]
    share = np.mean([one["pace"] > one["fomo"] for one in drawn])
    assert share == pytest.approx(better, abs=3 * (better * (1 - better) / 20_000) ** 0.5)


def test_it_regrets_less_than_chance() -> None:
    """Four classes of which one helps; each round one is said and its outcome is seen."""
    true = {"a": 0.30, "b": 0.0, "c": -0.1, "d": 0.05}
    rng = np.random.default_rng(3)
    rounds, runs, lost, chance = 150, 15, 0.0, 0.0
    for _ in range(runs):
        seen: dict[str, list[float]] = {name: [] for name in true}
        for _ in range(rounds):
            estimates = {
                name: (float(np.mean(one)), 0.5 / len(one) ** 0.5) if one else None
                for name, one in seen.items()
            }
            factors = draw(posteriors(estimates), rng)
            best = max(factors, key=lambda name: factors[name])
            seen[best].append(true[best] + 0.5 * float(rng.standard_normal()))
            lost += true["a"] - true[best]
            chance += true["a"] - float(np.mean(list(true.values())))
    assert lost < 0.6 * chance


def test_little_evidence_is_pulled_to_the_others() -> None:
    found = posteriors(
        {"sure": (0.2, 0.01), "also": (0.22, 0.01), "unsure": (-1.0, 0.8), "new": None}
    )
    assert found["sure"].mean == pytest.approx(0.2, abs=0.005)
    assert found["unsure"].mean > -0.2
    assert found["new"].sd > found["unsure"].sd > found["sure"].sd
    assert 0.05 < found["new"].mean < 0.22


def test_of_nothing_everything_is_alike() -> None:
    found = posteriors({"a": None, "b": (0.1, 0.0), "c": (float("nan"), 1.0)})
    assert set(found.values()) == {found["a"]}
    assert found["a"].mean == 0.0
    assert found["a"].sd == pytest.approx(2**0.5 * SPREAD)
    assert posteriors({}) == {}


def test_one_estimate_by_the_joint_normal() -> None:
    """μ ~ N(0, s²), θ ~ N(μ, s²), y ~ N(θ, se²): conditioning the joint normal by hand."""
    found = posteriors({"a": (0.3, 0.1), "b": None})
    s2 = SPREAD**2
    assert found["a"].mean == pytest.approx(2 * s2 / (2 * s2 + 0.01) * 0.3)
    assert found["a"].sd ** 2 == pytest.approx(2 * s2 - (2 * s2) ** 2 / (2 * s2 + 0.01))
    assert found["b"].mean == pytest.approx(s2 / (2 * s2 + 0.01) * 0.3)
    assert found["b"].sd ** 2 == pytest.approx(2 * s2 - s2**2 / (2 * s2 + 0.01))


def test_a_factor_has_bounds() -> None:
    drawn = draw({"a": Posterior(40.0, 1.0), "b": Posterior(-40.0, 1.0)}, np.random.default_rng(0))
    assert (drawn["a"], drawn["b"]) == (LOUDEST, 1 / LOUDEST)
