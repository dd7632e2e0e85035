"""Decisions: an exact chain of reference portfolios, fair over the orders, with intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.backtest.attribution.decisions import Decision, Decisions, decide
from engine.backtest.attribution.holdings import asset_returns, contribute
from engine.backtest.path import Path
from tests.engine.backtest.attribution_paths import Drawn, draw, linked


def decided(drawn: Drawn, benchmark: Floats, rows: slice = slice(None)) -> Decisions:
    earned = asset_returns(drawn.close, drawn.per_share)
    rng = np.random.default_rng(0)
    return decide(drawn.path, earned, benchmark, drawn.rate, rng=rng, rows=rows)


@given(seed=st.integers(0, 10_000), cut=st.integers(0, 25), closing=st.booleans())
def test_the_effects_are_the_active_return(seed: int, cut: int, closing: bool) -> None:
    drawn = draw(seed, closing=closing)
    benchmark = np.random.default_rng(seed).normal(0, 0.01, 40)
    rows = slice(cut, cut + 15)
    found = decided(drawn, benchmark, rows)
    if not cut:
        benchmark[0] = 0.0
    active = linked(drawn.path.returns[rows]) - linked(benchmark[rows])
    assert found.portfolio - found.benchmark == pytest.approx(active, abs=1e-12)
    for sums in ("chain", "share"):
        effects = [getattr(one, sums).value for one in found.effects.values()]
        assert sum(effects) == pytest.approx(active, abs=1e-12)
    for one in found.effects.values():
        assert one.lowest <= one.share.value + 1e-12
        assert one.share.value <= one.highest + 1e-12
        assert one.lowest - 1e-12 <= one.chain.value <= one.highest + 1e-12
    if closing:
        assert found.effects[Decision.EXECUTION].chain.value == pytest.approx(0.0, abs=1e-12)


def hold(weights: list[list[float]], moves: list[list[float]]) -> tuple[Path, Floats]:
    """100 invested by ``weights`` at each close (the rest earns nothing), moved by ``moves`` (the
    first row is before the money)."""
    moved = np.array(moves)
    value, worth, traded, returns = 100.0, [], [], []
    before = np.zeros(moved.shape[1])
    for row, share in zip(moved, weights, strict=True):
        drifted = before * (1 + row)
        start, value = value, value + float(before @ row)
        before = value * np.array(share)
        worth.append(before)
        traded.append(before - drifted)
        returns.append(value / start - 1)
    days = len(moved)
    values = 100 * np.cumprod(1 + np.array(returns))
    flows = np.zeros(days)
    flows[0] = 100.0
    table = np.array(worth)
    path = Path(
        tuple("ABC"[: moved.shape[1]]),
        np.datetime64("2024-01-01") + np.arange(days),
        values,
        flows,
        np.array(returns),
        table,
        np.array(traded),
        np.zeros_like(table),
        values - table.sum(axis=1),
        np.zeros(days),
        np.zeros(days),
    )
    assert path.imbalance() < 1e-12
    return path, moved


def chain(path: Path, earned: Floats, benchmark: list[float]) -> list[float]:
    nothing = np.zeros(len(benchmark))
    rng = np.random.default_rng(0)
    found = decide(path, earned, np.array(benchmark), nothing, rng=rng)
    return [one.chain.value for one in found.effects.values()]


def test_one_day_by_hand() -> None:
    """80 % in A that gains 10 %, 20 % in B that loses 2 %: 7.6 %; in equal parts 4 %; index 1 %."""
    path, earned = hold([[0.8, 0.2], [0.8, 0.2]], [[0.5, 0.5], [0.10, -0.02]])
    assert chain(path, earned, [0.3, 0.01]) == pytest.approx([0.03, 0.0, 0.036, 0.0, 0.0])


def test_being_out_is_timing() -> None:
    """A alone, held on the first of two days only: +10 % and the next +5 % missed."""
    path, earned = hold([[1.0], [0.0], [0.0]], [[0.0], [0.10], [0.05]])
    selection, timing, *rest = chain(path, earned, [0.0, 0.0, 0.0])
    assert selection == pytest.approx(0.155 - timing - 0.055)  # what is left of 10 %
    assert timing < 0
    assert rest == pytest.approx([0.0, 0.0, 0.0], abs=1e-15)


def test_equal_weights_have_no_sizing_and_cash_has() -> None:
    moves = [[0.0, 0.0], [0.04, 0.02], [0.01, -0.03]]
    path, earned = hold([[0.5, 0.5]] * 3, moves)
    assert chain(path, earned, [0.0] * 3)[1:] == pytest.approx([0.0] * 4, abs=1e-15)
    path, earned = hold([[0.25, 0.25]] * 3, moves)
    found = chain(path, earned, [0.0] * 3)
    assert found[1] == pytest.approx(0.0, abs=1e-15)
    assert found[2] < 0


def test_paying_more_than_the_close_is_execution() -> None:
    path, earned = hold([[1.0], [1.0]], [[0.0], [0.10]])
    dear = replace(
        path, traded=np.array([[101.0], [0.0]]), cash=np.array([-1.0, -1.0]),
        values=path.values - 1, returns=np.array([-0.01, (path.values[1] - 1) / 99 - 1]),
    )  # fmt: skip
    assert dear.imbalance() < 1e-12
    found = chain(dear, earned, [0.0, 0.0])
    assert found[3] == pytest.approx(-0.01 * (1 + dear.returns[1]), rel=0.06)
    assert found[3] < 0
    assert found[4] == 0.0


def test_costs_are_those_of_the_contributions() -> None:
    drawn = draw(3)
    found = decided(drawn, np.zeros(40))
    effect = found.effects[Decision.COSTS]
    assert effect.chain.value == pytest.approx(contribute(drawn.path).costs, abs=1e-14)
    assert effect.chain.value < 0
    assert effect.share.value == effect.lowest == effect.highest == effect.chain.value


def test_intervals_tell_skill_from_luck() -> None:
    """A name 0.2 % a day better than the benchmark for a year is no luck; pure noise mostly is."""
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 0.01, (252, 1))
    for gain, sure in ((0.002, True), (0.0, False)):
        path, earned = hold([[1.0]] * 252, (noise - noise.mean() + gain).tolist())
        none = np.zeros(252)
        found = decide(path, earned, none, none, rng=np.random.default_rng(1))
        one = found.effects[Decision.SELECTION]
        assert one.chain.low < one.chain.value < one.chain.high
        assert (one.chain.low > 0) is sure
        assert one.chain.high > 0
        again = decide(path, earned, none, none, rng=np.random.default_rng(1))
        assert again == found


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        path, earned = hold([[1.0]] * 252, rng.normal(0, 0.012, (252, 1)).tolist())
        none = np.zeros(252)
        found = decide(path, earned, none, none, rng=rng).effects[Decision.SELECTION].chain
        held += found.low < 0 < found.high
    assert 83 <= held <= 97


def test_a_few_days_have_no_interval() -> None:
    drawn = draw(1)
    effect = decided(drawn, np.zeros(40)).effects[Decision.SIZING].chain
    assert (effect.low, effect.high) == (-np.inf, np.inf)
    assert np.isfinite(effect.value)


def test_a_dividend_that_prices_do_not_know_is_no_execution() -> None:
    path, earned = hold([[1.0], [1.0]], [[0.0], [0.10]])
    paid = replace(
        path, dividends=np.array([[0.0], [2.0]]), cash=np.array([0.0, 2.0]),
        values=path.values + np.array([0.0, 2.0]), returns=np.array([0.0, 0.12]),
        traded=np.array([[100.0], [0.0]]),
    )  # fmt: skip
    assert paid.imbalance() < 1e-12
    assert chain(paid, earned, [0.0, 0.0]) == pytest.approx([0.10, 0.0, 0.02, 0.0, 0.0])


def test_nobody_held_anything() -> None:
    path, earned = hold([[0.0], [0.0]], [[0.0], [0.10]])
    rate = np.array([0.0, 0.0])
    found = decide(path, earned, np.array([0.0, 0.02]), rate, rng=np.random.default_rng(0))
    assert found.names == 0
    assert found.effects[Decision.SELECTION].chain.value == pytest.approx(-0.02)
    assert found.effects[Decision.TIMING].chain.value == 0.0


def test_a_benchmark_with_gaps_is_refused() -> None:
    drawn = draw(1)
    with pytest.raises(ValueError, match="2 days without a return"):
        decided(drawn, np.where(np.arange(40) < 38, 0.0, np.nan))
