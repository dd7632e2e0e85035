"""Many portfolios at once against the same ones simulated one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtest.costs import Costs
from engine.backtest.declaration import BadWeights, Rebalancing
from engine.backtest.rebalancing import bands, calendar, never
from engine.backtest.simulation import simulate
from engine.backtest.strategies import fixed_weights
from engine.backtest.sweep import sweep
from tests.engine.backtest.markets import complete_panel, troubled_panel

RULES = [never.build(), calendar.build("weekly"), calendar.build("monthly"), bands.build(0.03)]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(2, 600),
    rule=st.sampled_from(RULES),
    troubled=st.booleans(),
    rate=st.sampled_from([0.0, 0.001, 0.03]),
)
def test_equals_one_by_one(
    seed: int, rows: int, rule: Rebalancing, troubled: bool, rate: float
) -> None:
    rows = min(rows, 80) if troubled or rule.due else rows
    panel = troubled_panel(rows, 3, seed) if troubled else complete_panel(rows, 3, seed, 0.02)
    weights = np.random.default_rng(seed).dirichlet(np.ones(4), 5)[:, :3]
    found = sweep(panel, weights, rule, rate, with_values=True)
    for n, row in enumerate(weights):
        strategy = fixed_weights.build(
            panel.symbols, dict(zip(panel.symbols, row.tolist(), strict=True))
        )
        path = simulate(panel, strategy, rule, Costs(rate), capital=1.0)
        curve = np.concatenate(([1.0], path.values))
        above = path.returns - panel.rate
        depth = (1.0 - curve / np.maximum.accumulate(curve)).max()
        assert found.final[n] == pytest.approx(path.values[-1], rel=1e-12)
        assert found.values[:, n] == pytest.approx(path.values, rel=1e-12)
        assert found.drawdown[n] == pytest.approx(depth, abs=1e-12)
        if above.std() > 1e-9:
            sharpe = above.mean() / above.std(ddof=1) * np.sqrt(panel.days_per_year)
            assert found.sharpe[n] == pytest.approx(sharpe, rel=1e-8, abs=1e-10)


def test_cash_alone_has_no_sharpe() -> None:
    panel = complete_panel(30, 2, 1)
    found = sweep(panel, np.zeros((1, 2)), never.build(), 0.01)
    assert found.final[0] == 1.0
    assert np.isnan(found.sharpe[0])
    assert found.drawdown[0] == 0.0
    assert found.values is None


def test_weights_that_cannot_be_held() -> None:
    with pytest.raises(BadWeights, match="sum"):
        sweep(complete_panel(30, 2, 1), np.array([[0.5, 0.5], [0.9, 0.2]]), never.build(), 0.0)
