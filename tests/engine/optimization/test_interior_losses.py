"""The interior point of the scenario programmes: the simplex' answer, with a bound of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization import least_loss
from engine.optimization.constraints import Constraints
from engine.optimization.kernels import scenario_program
from engine.optimization.kernels.interior_losses import minimise_inside
from engine.optimization.kernels.linear import LinearStatus
from engine.optimization.kernels.losses import DrawdownLosses, ScenarioLosses, spread
from engine.optimization.kernels.scenario_program import Losses, Structure, minimise_losses
from engine.optimization.linear_form import charged, structure_of
from engine.optimization.methods import cdar, cvar, mean_absolute_deviation
from tests.engine.optimization.tail_cases import constrained, estimates_of, long_only, market


def drawdown_losses(returns: Floats, tolerance: float | None = None) -> DrawdownLosses:
    days, assets = returns.shape
    paths = np.vstack([np.zeros(assets), np.cumsum(returns, axis=0)])
    cap = 1.0 / (0.1 * days)
    return DrawdownLosses(paths, cap, spread(returns), 1e-5, tolerance, 10.0)


def losses_of(kind: str, returns: Floats) -> Losses:
    days = len(returns)
    if kind == "drawdowns":
        return drawdown_losses(returns)
    if kind == "tail":
        return ScenarioLosses.plain(returns, np.zeros(days), 1.0 / (0.1 * days), threshold=True)
    if kind == "deviations":
        centred = returns - returns.mean(axis=0)
        return ScenarioLosses.plain(centred, np.zeros(days), 2.0 / days, threshold=False)
    offset = np.concatenate([np.zeros(days), np.full(days, 0.01)])
    cap = np.repeat([1.0 / days, 2.0 / days], days)
    scenario = np.tile(np.arange(days), 2)  # two hinges each: steeper beyond 1 %
    return ScenarioLosses(returns, scenario, -offset, cap, False, spread(returns))


def asked(rng: np.random.Generator, assets: int) -> Structure:
    """Caps, a group, cash, turnover and costs, or long only."""
    limits: Constraints = constrained(rng, assets) if rng.random() < 0.6 else long_only(assets)
    form = structure_of(limits)
    if rng.random() < 0.5:
        return form
    return charged(form, rng.normal(0.0, 1e-3, assets), np.full(assets, 1e-3), limits.current)


@pytest.mark.parametrize("kind", ["tail", "drawdowns", "deviations", "bends"])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), assets=st.integers(2, 40))
def test_both_ways_come_to_the_same(kind: str, seed: int, assets: int) -> None:
    rng = np.random.default_rng(seed)
    returns = market(rng, assets, int(rng.integers(20, 200)))
    form, losses = asked(rng, assets), losses_of(kind, returns)
    pivoted, inside = minimise_losses(form, losses), minimise_inside(form, losses)
    if inside is None:  # it may refuse, and the pivots go on
        return
    assert pivoted.status is inside.status is LinearStatus.OPTIMAL
    assert inside.bound == pytest.approx(pivoted.bound, abs=2e-9 * losses.scale)
    assert inside.bound <= pivoted.bound + 2e-9 * losses.scale


@pytest.mark.parametrize("kind", ["tail", "drawdowns", "deviations", "bends"])
def test_it_hardly_ever_refuses(kind: str) -> None:
    refused = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        returns = market(rng, 30, 120)
        refused += minimise_inside(asked(rng, 30), losses_of(kind, returns)) is None
    assert refused <= 2


def test_what_it_does_not_serve_it_leaves() -> None:
    returns = market(np.random.default_rng(0), 4, 50)
    form = structure_of(long_only(4))
    assert minimise_inside(form, drawdown_losses(returns, tolerance=0.1)) is None
    shut = replace(form, upper=np.zeros(4))
    assert minimise_inside(shut, losses_of("tail", returns)) is None


def test_a_bound_is_below_every_portfolio_whatever_the_prices() -> None:
    """Certified apart from the way it was found: also of prices that are no optimum's."""
    from engine.optimization.kernels.interior_losses import _inequalities

    rng = np.random.default_rng(5)
    returns = market(rng, 6, 80)
    for kind in ("tail", "drawdowns", "deviations", "bends"):
        losses = losses_of(kind, returns)
        programme = _inequalities(structure_of(long_only(6)), losses)
        assert programme is not None
        best = minimise_losses(structure_of(long_only(6)), losses).bound / losses.scale
        for _ in range(50):
            sizes = 10.0 ** rng.uniform(-4.0, 1.0, 2)  # of the hinges, of the path
            prices = rng.exponential(sizes[0], len(programme.demand))
            prices[-80:] *= sizes[1] / sizes[0]
            slope, constant, _ = programme.certify(prices)
            assert float(slope.min()) + constant <= best + 1e-9


@pytest.mark.parametrize("method", [cvar, cdar, mean_absolute_deviation])
def test_a_market_of_hedges_goes_inside_and_is_proved(method, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(60)
    common = 0.006 * rng.standard_t(5, (300, 5)) @ rng.normal(0.3, 0.6, (5, 60))
    returns = common + rng.uniform(0.006, 0.02, 60) * rng.standard_t(5, (300, 60))
    estimates = estimates_of(returns)
    pivoted = method.solve(estimates, long_only(60))
    monkeypatch.setattr(scenario_program, "PATIENCE", 0.0)
    monkeypatch.setattr(scenario_program, "AT_LEAST", 0.0)
    answers = []

    def recorded(form: Structure, losses: Losses) -> object:
        answers.append(minimise_inside(form, losses))
        return answers[-1]

    monkeypatch.setattr(least_loss, "minimise_inside", recorded)
    inside = method.solve(estimates, long_only(60))
    assert len(answers) == 1
    assert answers[0] is not None
    assert inside.objective == pytest.approx(pivoted.objective, abs=1e-12)
    assert inside.measures["gap"] <= 1e-11
    np.testing.assert_allclose(inside.weights, pivoted.weights, atol=1e-6)
