"""The simulator against a plain one, day by day; its fast way against its general one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtest.costs import NOTHING, Costs
from engine.backtest.declaration import BadWeights, Flows, Kept, Rebalancing, Strategy, View
from engine.backtest.path import Path
from engine.backtest.rebalancing import bands, calendar, never, no_trade_region, worth_the_cost
from engine.backtest.registry import rebalancings, strategies
from engine.backtest.simulation import simulate
from engine.backtest.strategies import buy_and_hold, equal_weight, fixed_weights
from tests.engine.backtest.markets import complete_panel, real_panel, troubled_panel
from tests.engine.backtest.plain import run_plainly

RULES = [
    never.build(),
    calendar.build("daily"),
    calendar.build("weekly"),
    calendar.build("monthly", at_end=True),
    bands.build(0.03),
    bands.build(0.1, relative=True),
    no_trade_region.build(0.02),
    worth_the_cost.build(0.001, horizon_days=200.0, aversion=30.0, window=30),
]
COSTS = [
    NOTHING,
    Costs(rate=0.001),
    Costs(rate=0.02, half_spread=0.003),
    Costs(fixed=1.5),
    Costs(rate=0.002, minimum=2.0),
    Costs(rate=0.001, fixed=0.5, minimum=3.0, half_spread=0.0005, impact=0.7),
    Costs(impact=1.5),
]


def strategy_for(symbols: tuple[str, ...], seed: int) -> Strategy:
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(len(symbols))) * rng.choice([1.0, 1.0, 0.7])
    weights = dict(zip(symbols, shares.tolist(), strict=True))
    kinds = [fixed_weights.build, buy_and_hold.build]
    made = [kind(symbols, weights) for kind in kinds] + [equal_weight.build(symbols)]
    return made[int(rng.integers(len(made)))]


def random_flows(rows: int, seed: int, capital: float) -> Flows:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 6))
    amounts = rng.uniform(-0.3, 0.4, count) * capital * rng.choice([0.05, 1.0, 3.0])
    return Flows(rng.integers(0, rows, count), amounts)


def agree(path: Path, plain: object, tolerance: float = 1e-9) -> None:
    top = max(float(np.abs(path.values).max()), 1e-300)
    for mine, other in (
        (path.values, plain.values),
        (path.costs, plain.costs),
        (path.cash, plain.cash),
        (path.flows, plain.flows),
    ):
        assert np.abs(mine - np.array(other)).max() <= tolerance * top
    assert path.imbalance() <= 1e-12
    assert (path.costs >= 0.0).all()


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 70),
    width=st.integers(1, 4),
    rule=st.sampled_from(RULES),
    costs=st.sampled_from(COSTS),
    whole=st.booleans(),
    reinvest=st.booleans(),
    lag=st.sampled_from([0, 0, 1, 2]),
    capital=st.sampled_from([1_000.0, 1e6]),
)
def test_equals_the_plain_simulator(
    seed: int,
    rows: int,
    width: int,
    rule: Rebalancing,
    costs: Costs,
    whole: bool,
    reinvest: bool,
    lag: int,
    capital: float,
) -> None:
    panel = troubled_panel(rows, width, seed)
    strategy, flows = strategy_for(panel.symbols, seed), random_flows(rows, seed, capital)
    how = {"reinvest": reinvest, "lag": lag}
    path = simulate(panel, strategy, rule, costs, capital=capital, flows=flows, whole=whole, **how)
    by_row = {0: capital}
    for row, amount in zip(flows.rows.tolist(), flows.amounts.tolist(), strict=True):
        by_row[row] = by_row.get(row, 0.0) + amount
    plain = run_plainly(panel, strategy, rule, costs, flows=by_row, whole_shares=whole, **how)
    agree(path, plain)
    assert (path.cash >= -1e-9 * path.values.max()).all()
    if whole:
        shares = path.worth / np.where(np.isnan(panel.mark), 1.0, panel.mark)
        assert np.abs(shares - np.rint(shares)).max() <= 1e-6
        assert (path.cash >= 0.0).all()


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(1, 120),
    width=st.integers(1, 5),
    rule=st.sampled_from(RULES[:4]),
    costs=st.sampled_from(COSTS[:3]),
    lag=st.sampled_from([0, 1, 3]),
    rate=st.sampled_from([0.0, 0.03]),
)
def test_fast_way_equals_general_one(
    seed: int, rows: int, width: int, rule: Rebalancing, costs: Costs, lag: int, rate: float
) -> None:
    panel = complete_panel(rows, width, seed, rate)
    strategy = strategy_for(panel.symbols, seed)
    path = simulate(panel, strategy, rule, costs, capital=1e6, lag=lag)
    slow = simulate(panel, replace(strategy, fixed=None), rule, costs, capital=1e6, lag=lag)
    for name in ("values", "flows", "worth", "traded", "cash", "interest", "costs"):
        apart = np.abs(getattr(path, name) - getattr(slow, name)).max()
        assert apart <= 1e-12 * path.values.max(), name
    assert np.nanmax(np.abs(path.returns - slow.returns)) <= 1e-12
    assert path.imbalance() <= 1e-12


def test_monthly_equal_weight_of_twenty_shares() -> None:
    panel = real_panel()
    rule = calendar.build("monthly")
    path = simulate(panel, equal_weight.build(panel.symbols), rule, Costs(0.001), capital=1e6)
    assert len(rule.rows(panel.days)) == 396
    # An independent compiled loop found 211,715,715.07; with 19 digits it is 211,715,715.051025.
    assert path.values[-1] == pytest.approx(211_715_715.051025, rel=1e-12)
    assert path.values[-1] == pytest.approx(211_715_715.07, rel=1e-9)
    assert path.imbalance() <= 1e-12


def test_cost_comes_out_of_the_portfolio_and_nothing_else() -> None:
    panel = complete_panel(3, 2, seed=5)
    costs = Costs(rate=0.1, half_spread=0.05)
    path = simulate(panel, equal_weight.build(panel.symbols), never.build(), costs, capital=115.0)
    assert path.values[0] == pytest.approx(100.0, rel=1e-14)
    assert path.costs[0] == pytest.approx(15.0, rel=1e-14)


def test_strategy_may_keep_everything_and_say_why() -> None:
    panel = complete_panel(6, 2, seed=1)
    strategy = Strategy("idle", lambda view: Kept("infeasible", {"clashing": "upper:A"}))
    path = simulate(panel, strategy, calendar.build("daily"), capital=10.0)
    assert (path.values == 10.0).all()
    assert [note.what for note in path.notes] == ["kept"] * 6
    assert path.notes[0].facts == {"why": "infeasible", "clashing": "upper:A"}


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ([0.6, 0.5], "sum"),
        ([1.1, -0.1], "negative"),
        ([np.nan, 0.5], "not a number"),
        ([0.5], "shape"),
    ],
)
def test_weights_that_cannot_be_held(weights: list[float], reason: str) -> None:
    panel = complete_panel(4, 2, seed=2)
    strategy = Strategy("wrong", lambda view: np.array(weights))
    with pytest.raises(BadWeights) as fact:
        simulate(panel, strategy, never.build(), capital=1.0)
    assert fact.value.reason == reason


def test_weight_for_what_has_no_price() -> None:
    panel = complete_panel(4, 2, seed=2)
    close = panel.close.copy()
    close[:2, 1] = np.nan
    panel = replace(panel, close=close, mark=close)
    strategy = Strategy("eager", lambda view: np.array([0.5, 0.5]))
    with pytest.raises(BadWeights, match="no price"):
        simulate(panel, strategy, never.build(), capital=1.0)


def test_money_that_runs_out() -> None:
    panel = complete_panel(8, 2, seed=3)
    flows = Flows(np.array([3, 5]), np.array([-600.0, -600.0]))
    path = simulate(
        panel, equal_weight.build(panel.symbols), never.build(), capital=1000.0, flows=flows
    )
    assert path.flows[3] == -600.0
    assert path.flows[5] == -path.values[4] * (1 + path.returns[5])
    assert (path.values[5:] == 0.0).all()
    assert [note.what for note in path.notes] == ["ran out"]


def test_what_stops_trading_is_paid_out() -> None:
    panel = replace(complete_panel(8, 2, seed=3), last=(-1, 4))
    path = simulate(panel, equal_weight.build(panel.symbols), never.build(), capital=1000.0)
    assert path.worth[3, 1] > 0.0
    assert path.worth[4, 1] == 0.0
    assert path.cash[4] == pytest.approx(500.0 * panel.close[4, 1] / panel.close[0, 1])
    assert [(note.day, note.what) for note in path.notes] == [(str(panel.days[4]), "paid out")]


@pytest.mark.parametrize(
    ("capital", "flows", "lag"),
    [
        (-1.0, Flows(), 0),
        (np.nan, Flows(), 0),
        (0.0, Flows(), 0),
        (1.0, Flows(), -1),
        (1.0, Flows(np.array([9]), np.array([1.0])), 0),
        (1.0, Flows(np.array([0]), np.array([np.nan])), 0),
    ],
)
def test_questions_without_sense(capital: float, flows: Flows, lag: int) -> None:
    panel = complete_panel(4, 2, seed=2)
    with pytest.raises(ValueError, match=r"capital|flows|money"):
        simulate(
            panel,
            equal_weight.build(panel.symbols),
            never.build(),
            capital=capital,
            flows=flows,
            lag=lag,
        )


def test_every_file_is_found() -> None:
    assert set(strategies()) == {
        "fixed_weights",
        "dated_weights",
        "buy_and_hold",
        "equal_weight",
        "optimised",
    }
    assert set(rebalancings()) == {
        "never",
        "calendar",
        "bands",
        "no_trade_region",
        "on_dates",
        "worth_the_cost",
    }


def test_view_ends_with_its_row() -> None:
    panel = complete_panel(5, 2, seed=4)
    seen: list[View] = []

    def choose(view: View) -> None:
        seen.append(view)

    simulate(panel, Strategy("spy", choose), calendar.build("daily"), capital=1.0)
    assert [len(view.close) for view in seen] == [1, 2, 3, 4, 5]
    assert [view.row for view in seen] == [0, 1, 2, 3, 4]
