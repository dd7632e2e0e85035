"""Nothing that is simulated up to a day depends on what comes after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtest.costs import Costs
from engine.backtest.declaration import Flows, Rebalancing, Strategy
from engine.backtest.panel import Panel
from engine.backtest.path import Path
from engine.backtest.rebalancing import bands
from engine.backtest.registry import rebalancings, strategies
from engine.backtest.simulation import simulate
from engine.backtest.strategies.optimised import Learning
from engine.optimization.registry import methods
from tests.engine.backtest.markets import complete_panel, poisoned, troubled_panel

ARRAYS = ("values", "flows", "worth", "traded", "dividends", "cash", "interest", "costs", "returns")
RULES = {
    "never": [{}],
    "calendar": [{"period": "weekly"}, {"period": "daily"}, {"period": "monthly", "at_end": True}],
    "bands": [{"width": 0.02}, {"width": 0.1, "relative": True}],
    "no_trade_region": [{"width": 0.01}],
    "on_dates": [
        {"dates": ["2020-01-20", "2020-02-03"]},
        {"dates": ["2020-01-20", "2020-02-03"], "rule": bands.build(0.02)},
    ],
    "worth_the_cost": [{"rate": 0.0005, "horizon_days": 250.0, "aversion": 30.0, "window": 25}],
}
LEARNING = Learning(days=40, least_days=15)
NEEDED = {"target_return": {"target": 0.05}, "target_risk": {"target": 0.3}}


def made_strategies(symbols: tuple[str, ...]) -> dict[str, Strategy]:
    weights = {symbol: 1.0 / (n + 2) / len(symbols) for n, symbol in enumerate(symbols)}
    build = strategies()
    optimised = {
        f"optimised {method.name}": build["optimised"](
            symbols, method.name, None, LEARNING, NEEDED.get(method.name)
        )
        for method in methods()
    }
    return optimised | {
        "fixed_weights": build["fixed_weights"](symbols, weights),
        "buy_and_hold": build["buy_and_hold"](symbols, weights),
        "equal_weight": build["equal_weight"](symbols),
        "dated_weights": build["dated_weights"](
            symbols, {"1990-01-01": weights, "2020-01-20": {symbols[0]: 0.9}}
        ),
    }


def changed(path: Path, other: Path, stop: int) -> list[str]:
    """Which arrays differ in the first ``stop`` rows, by a single bit."""
    pairs = ((name, getattr(path, name), getattr(other, name)) for name in ARRAYS)
    return [name for name, one, two in pairs if one[:stop].tobytes() != two[:stop].tobytes()]


def same_up_to(row: int, panel: Panel, strategy: Strategy, rule: Rebalancing, lag: int) -> None:
    day = str(panel.days[row])
    how = {
        "capital": 1e5,
        "costs": Costs(0.001, fixed=0.1, impact=0.2),
        "flows": Flows(np.array([0, len(panel.days) - 1]), np.array([10.0, -500.0])),
        "lag": lag,
    }
    whole = simulate(panel, strategy, rule, **how)
    spoiled = poisoned(panel, row, row + 1)
    other = simulate(spoiled, strategy, rule, **how)
    assert changed(whole, other, row + 1) == []
    said = [[(n.day, n.what) for n in path.notes if n.day <= day] for path in (whole, other)]
    assert said[0] == said[1]


def test_every_rule_is_tried() -> None:
    assert set(RULES) == set(rebalancings())
    tried = {name.split()[0] for name in made_strategies(("A", "B"))}
    assert tried == set(strategies())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rule=st.sampled_from([(name, n) for name, some in RULES.items() for n in range(len(some))]),
    strategy=st.sampled_from(["fixed_weights", "buy_and_hold", "equal_weight", "dated_weights"]),
    lag=st.integers(0, 2),
    where=st.floats(0.0, 1.0),
)
def test_poisoned_future_changes_nothing(
    seed: int, rule: tuple[str, int], strategy: str, lag: int, where: float
) -> None:
    panel = troubled_panel(60, 3, seed)
    made = rebalancings()[rule[0]](**RULES[rule[0]][rule[1]])
    chosen = made_strategies(panel.symbols)[strategy]
    same_up_to(int(where * 59), panel, chosen, made, lag)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), where=st.floats(0.35, 1.0))
@pytest.mark.parametrize("method", [method.name for method in methods()])
def test_poisoned_future_changes_no_optimised_portfolio(
    method: str, seed: int, where: float
) -> None:
    panel = complete_panel(90, 3, seed)
    past = replace(
        panel,
        days=panel.days[40:],
        close=panel.close[40:],
        mark=panel.mark[40:],
        tradable=panel.tradable[40:],
        dividends=panel.dividends[40:],
        volume=panel.volume[40:],
        rate=panel.rate[40:],
        past_days=panel.days[:40],
        past_close=panel.close[:40],
    )
    chosen = made_strategies(panel.symbols)[f"optimised {method}"]
    rule = rebalancings()["calendar"]("monthly")
    same_up_to(int(where * 49), past, chosen, rule, 0)


def test_fast_way_is_blind_too() -> None:
    panel = complete_panel(80, 4, 8)
    chosen, rule = strategies()["equal_weight"](panel.symbols), rebalancings()["calendar"]("weekly")
    for row in range(0, 79, 7):
        spoiled = panel.close.copy()
        spoiled[row + 1 :] *= np.linspace(0.1, 9.0, 4)
        other = replace(panel, close=spoiled, mark=spoiled)
        paths = [simulate(p, chosen, rule, Costs(0.002), capital=1e4) for p in (panel, other)]
        values, others = (path.values[: row + 1] for path in paths)
        assert np.abs(values / others - 1.0).max() <= 1e-14


def test_somebody_who_looks_ahead_is_caught() -> None:
    panel = complete_panel(60, 3, 8)

    def cheated(spoiled: Panel) -> Strategy:
        ends = np.nan_to_num(spoiled.mark[-1] / spoiled.mark[0], nan=0.0)
        best = np.eye(3)[int(np.argmax(ends))]
        return Strategy("prophet", lambda view: best)

    values = set()
    for seed in range(6):
        spoiled = poisoned(panel, 30, seed)
        path = simulate(spoiled, cheated(spoiled), bands.build(0.05), capital=1.0)
        values.add(path.values[:31].tobytes())
    assert len(values) > 1
