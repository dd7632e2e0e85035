"""The debiased portfolio: the classical one, moved by what was measured and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.optimization.constraints import Constraints
from engine.optimization.debiasing import Kind, Signals, strength_of
from engine.optimization.feasible_set import violation
from engine.optimization.methods import debiased, minimum_variance
from engine.optimization.methods.debiased import choose, solve
from engine.optimization.solution import Infeasible
from engine.optimization.variance import return_of, volatility_of
from tests.engine.optimization.problems import (
    estimates_of,
    long_only,
    random_constraints,
    real_returns,
)

RETURNS = real_returns()[:, :10]
ESTIMATES = estimates_of(RETURNS, risk_free=0.02)
WIDE = long_only(10)


def finding(
    bias: str, intensity: float = 60.0, present: float = 0.98, **measures: float
) -> BiasFinding:
    return BiasFinding(
        bias=bias,
        theta=0.5,
        se=0.1,
        n=100,
        n_min=20,
        unit="purchases",
        intensity=intensity,
        ci90=(intensity - 10.0, intensity + 10.0),
        p_present=present,
        label=Label.LIKELY,
        detected=True,
        opposite=False,
        cost=None,
        cost_ci=None,
        cost_share=None,
        horizon=60,
        evidence=(),
        calibration=Calibration.PUBLISHED,
        measures=measures,
    )


def state(bias: str, intensity: float = 60.0, **measures: float) -> BiasFinding:
    found = finding(bias, intensity, nan, **measures)
    return replace(found, label=Label.MEASURED, detected=False)


def classical() -> Floats:
    return minimum_variance.solve(ESTIMATES, WIDE).weights


def favourite() -> Floats:
    """z-scores that point at what the classical portfolio has most of."""
    signal = np.full(10, -0.5)
    signal[int(np.argmax(classical()))] = 2.5
    return signal


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_without_a_bias_it_is_exactly_the_classical_answer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    constraints, _ = random_constraints(rng, 10)
    found = solve(ESTIMATES, constraints)
    wanted = minimum_variance.solve(ESTIMATES, constraints)
    np.testing.assert_allclose(found.weights, wanted.weights, atol=1e-7)
    assert -found.objective == pytest.approx(wanted.objective, abs=1e-9)
    undetected = replace(finding("lottery"), detected=False)
    against = replace(finding("recency"), opposite=True)
    few = replace(finding("fomo"), label=Label.INSUFFICIENT, detected=False, intensity=nan)
    small = state("under_diversification", 40.0)
    signals = Signals(favourite(), favourite(), hot=favourite() > 0)
    same = solve(
        ESTIMATES, constraints, findings=[undetected, against, few, small], signals=signals
    )
    assert same.weights.tolist() == found.weights.tolist()


def test_with_a_risk_aversion_it_is_the_portfolio_of_mean_and_variance() -> None:
    found = solve(ESTIMATES, WIDE, risk_aversion=3.0)
    slopes = ESTIMATES.mean - 3.0 * ESTIMATES.covariance @ found.weights
    held = found.weights > 1e-9
    assert np.ptp(slopes[held]) <= 1e-8
    assert slopes[~held].max() <= slopes[held].min() + 1e-8
    volatility = volatility_of(ESTIMATES, found.weights)
    wanted = return_of(ESTIMATES, WIDE, found.weights) - 1.5 * volatility**2
    assert found.objective == pytest.approx(wanted, abs=1e-14)


@pytest.mark.parametrize(
    ("bias", "name"),
    [("lottery", "best_day"), ("recency", "month"), ("attention", "volume"), ("herding", "crowd")],
)
def test_what_a_habit_points_at_is_capped_the_more_the_stronger(bias: str, name: str) -> None:
    signals = Signals(**{name: favourite()})  # type: ignore[arg-type]
    best = int(np.argmax(classical()))
    kept = [float(classical()[best])]
    for intensity in (10.0, 40.0, 70.0, 99.0):
        found = choose(
            ESTIMATES,
            WIDE,
            risk_aversion=inf,
            findings=[finding(bias, intensity)],
            signals=signals,
        )
        kept.append(float(found.solution.weights[best]))
        effect = found.effects[0]
        assert effect.adjustment.kind is Kind.CAP
        assert effect.adjustment.strength == pytest.approx(intensity / 100 * 0.98)
        np.testing.assert_allclose(effect.without, found.classical.weights, atol=1e-9)
        moved = np.abs(found.solution.weights - classical()).sum() / 2
        assert effect.moved == pytest.approx(moved, abs=1e-8)
        assert found.solution.weights.sum() == pytest.approx(1.0, abs=1e-10)
    assert all(later < earlier for earlier, later in pairwise(kept))
    assert kept[-1] >= 0.1 - 1e-9  # an equal share is left


def test_a_certain_bias_counts_for_more_than_a_doubtful_one() -> None:
    strengths = [strength_of(finding("lottery", 60.0, present)) for present in (0.8, 0.9, 0.99)]
    assert strengths == sorted(strengths)
    assert strength_of(state("home_bias", 70.0)) == 0.7


def test_a_hot_week_is_capped() -> None:
    hot = favourite() > 0
    found = solve(ESTIMATES, WIDE, findings=[finding("fomo")], signals=Signals(hot=hot))
    assert found.weights[hot].sum() < classical()[hot].sum() - 0.01
    assert f"upper:{ESTIMATES.symbols[int(np.argmax(hot))]}" in found.binding


def test_an_overtrader_trades_less() -> None:
    held = np.full(10, 0.1)
    limits = long_only(10, current=held)
    moved = [float(np.abs(classical() - held).sum())]
    for turnover in (0.5, 3.0, 20.0):
        bias = finding("overconfidence", 70.0, 0.99, turnover=turnover, cost_rate=0.004)
        for aversion in (inf, 4.0):
            found = choose(
                ESTIMATES, limits, risk_aversion=aversion, findings=[bias], signals=Signals()
            )
            own = np.abs(found.solution.weights - held).sum()
            assert own <= np.abs(found.classical.weights - held).sum() + 1e-9
            charge = found.effects[0].adjustment.charge
            assert charge == pytest.approx(0.7 * 0.99 * turnover * 0.002)
            moved += [float(own)] if aversion == inf else []
    assert all(later < earlier for earlier, later in pairwise(moved))


def test_no_name_is_too_large_for_the_concentrated() -> None:
    found = choose(
        ESTIMATES,
        WIDE,
        risk_aversion=inf,
        findings=[state("under_diversification", 80.0)],
        signals=Signals(),
    )
    bound = 0.1 + 0.2 * (classical().max() - 0.1)
    assert found.solution.weights.max() == pytest.approx(bound, abs=1e-9)
    assert found.effects[0].adjustment.facts["bound"] == pytest.approx(bound, abs=1e-9)


def test_the_home_biased_go_part_of_the_way_abroad() -> None:
    abroad = classical() < 1e-6
    bias = state("home_bias", 60.0, world_home_share=0.3)
    found = solve(ESTIMATES, WIDE, findings=[bias], signals=Signals(abroad=abroad))
    assert found.weights[abroad].sum() == pytest.approx(0.6 * 0.7, abs=1e-6)
    assert "group:foreign" in found.binding
    unknown = solve(ESTIMATES, WIDE, findings=[bias], signals=Signals())
    assert unknown.weights.tolist() == solve(ESTIMATES, WIDE).weights.tolist()


def test_nothing_is_added_to_losers_and_no_sale_is_forced() -> None:
    best = int(np.argmax(classical()))
    held = np.full(10, 0.1)
    result = np.full(10, 0.2)
    result[best] = -0.3
    limits = long_only(10, current=held)
    bias = finding("sunk_cost", 100.0, 1.0)
    found = solve(ESTIMATES, limits, findings=[bias], signals=Signals(result=result))
    assert found.weights[best] == pytest.approx(0.1, abs=1e-9)
    rule = choose(
        ESTIMATES,
        limits,
        risk_aversion=inf,
        findings=[finding("disposition")],
        signals=Signals(result=result),
    )
    assert rule.effects[0].adjustment.kind is Kind.REFERENCE
    assert rule.effects[0].moved == 0.0
    assert rule.solution.weights.tolist() == rule.classical.weights.tolist()


def test_loss_aversion_makes_bold_portfolios_calmer() -> None:
    risks, modest = [], replace(ESTIMATES, mean=0.3 * ESTIMATES.mean)
    for measured in (1.0, 1.5, 2.25, 4.0):
        bias = finding("loss_aversion", 50.0, 0.99, **{"lambda": measured})
        found = solve(modest, WIDE, risk_aversion=0.5, findings=[bias])
        risks.append(volatility_of(ESTIMATES, found.weights))
    plain = volatility_of(ESTIMATES, solve(modest, WIDE, risk_aversion=0.5).weights)
    assert risks[0] == pytest.approx(plain, abs=1e-9)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(risks))
    assert risks[-1] < plain
    calm = solve(ESTIMATES, WIDE, findings=[finding("loss_aversion", **{"lambda": 3.0})])
    np.testing.assert_allclose(calm.weights, classical(), atol=1e-8)


def test_caps_that_leave_nothing_are_softened_and_never_break_the_persons_own() -> None:
    best = int(np.argmax(classical()))
    lower = np.zeros(10)
    lower[best] = 0.3  # never sell
    limits = Constraints(lower, np.full(10, 0.3))
    kept = solve(ESTIMATES, limits, findings=[finding("lottery")], signals=Signals(favourite()))
    assert kept.weights[best] >= 0.3 - 1e-9
    few = Constraints(np.zeros(10), np.where(np.arange(10) < 4, 0.3, 0.0))
    spread = choose(
        ESTIMATES,
        few,
        risk_aversion=inf,
        findings=[state("under_diversification", 99.0)],
        signals=Signals(),
    )
    assert violation(few, spread.solution.weights) <= 1e-9
    assert 0.0 < spread.corrected.softened < 1.0
    with pytest.raises(Infeasible):
        solve(ESTIMATES, long_only(10, cap=0.05), findings=[finding("lottery")])


@pytest.mark.parametrize("seed", range(8))
def test_all_together_stay_within_the_persons_constraints(seed: int) -> None:
    rng = np.random.default_rng(seed)
    constraints, _ = random_constraints(rng, 10)
    signals = Signals(
        best_day=rng.normal(size=10) * 2,
        month=np.where(rng.random(10) < 0.2, nan, rng.normal(size=10) * 2),
        volume=rng.normal(size=10),
        crowd=rng.normal(size=10),
        hot=rng.random(10) < 0.3,
        result=rng.normal(size=10) * 0.2,
        abroad=rng.random(10) < 0.5,
    )
    findings = [
        *(finding(one, float(rng.uniform(20, 95))) for one in ("lottery", "recency", "herding")),
        finding("sunk_cost"),
        finding("disposition"),
        finding("overconfidence", turnover=2.0, cost_rate=0.003),
        finding("loss_aversion", **{"lambda": 2.0}),
        finding("narrow_framing"),
        state("home_bias", world_home_share=0.4),
        state("under_diversification"),
    ]
    aversion = inf if seed % 2 else 2.0
    found = choose(
        ESTIMATES, constraints, risk_aversion=aversion, findings=findings, signals=signals
    )
    assert violation(constraints, found.solution.weights) <= 1e-9
    for effect in found.effects:
        assert violation(constraints, effect.without) <= 1e-9
        assert 0.0 < effect.adjustment.strength <= 1.0
        assert f"moved:{effect.adjustment.bias}" in found.solution.measures


def test_the_order_of_the_assets_does_not_matter() -> None:
    order = np.random.default_rng(2).permutation(10)
    first = solve(ESTIMATES, WIDE, findings=[finding("lottery")], signals=Signals(favourite()))
    second = debiased.solve(
        estimates_of(RETURNS[:, order], risk_free=0.02),
        WIDE,
        findings=[finding("lottery")],
        signals=Signals(favourite()[order]),
    )
    np.testing.assert_allclose(second.weights, first.weights[order], atol=1e-8)


def test_few_names() -> None:
    limits = long_only(10, names=3)
    found = solve(ESTIMATES, limits, findings=[finding("lottery")], signals=Signals(favourite()))
    assert np.count_nonzero(found.weights) <= 3
