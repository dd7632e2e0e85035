"""When the rules of rebalancing trade, and how far; when money comes and goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtest import flows
from engine.backtest.costs import Costs
from engine.backtest.declaration import BadWeights
from engine.backtest.panel import Panel
from engine.backtest.rebalancing import bands, calendar, no_trade_region, worth_the_cost
from engine.backtest.rebalancing.no_trade_region import nearest_inside
from engine.backtest.simulation import simulate
from engine.backtest.strategies import buy_and_hold, fixed_weights, optimised
from engine.backtest.strategies.optimised import Learning
from engine.optimization.constraints import Constraints
from tests.engine.backtest.markets import complete_panel, real_panel

DAYS = np.busday_offset("2020-01-15", np.arange(300), roll="forward").astype("datetime64[D]")


def priced(*paths: list[float]) -> Panel:
    panel = complete_panel(len(paths[0]), len(paths), 1)
    close = np.array(paths, float).T
    return replace(panel, close=close, mark=close)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("weekly", ["2020-01-15", "2020-01-20", "2020-01-27"], ["2020-01-17", "2020-01-24"]),
        ("monthly", ["2020-01-15", "2020-02-03", "2020-03-02"], ["2020-01-31", "2020-02-28"]),
        ("quarterly", ["2020-01-15", "2020-04-01", "2020-07-01"], ["2020-03-31", "2020-06-30"]),
        ("yearly", ["2020-01-15", "2021-01-01"], ["2020-12-31"]),
    ],
)
def test_calendar(period: str, first: list[str], last: list[str]) -> None:
    begun, ended = calendar.build(period), calendar.build(period, at_end=True)
    assert DAYS[begun.rows(DAYS)][: len(first)].astype(str).tolist() == first
    assert DAYS[ended.rows(DAYS)][: len(last)].astype(str).tolist() == last
    assert len(calendar.build("daily").rows(DAYS)) == 300


@pytest.mark.parametrize("wrong", [lambda: calendar.build("hourly"), lambda: bands.build(0.0)])
def test_rules_without_sense(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"hourly|band"):
        wrong()


def test_bands_wait_for_the_drift() -> None:
    panel = priced([10, 11, 12, 13, 13], [10, 10, 10, 10, 10])
    half = fixed_weights.build(panel.symbols, {"A": 0.5, "B": 0.5})
    wide = simulate(panel, half, bands.build(0.05), capital=100.0)
    assert np.flatnonzero(wide.traded.any(axis=1)).tolist() == [0, 3]  # 12/22 is 4.5 points away
    near = simulate(panel, half, bands.build(0.08, relative=True), capital=100.0)
    assert np.flatnonzero(near.traded.any(axis=1)).tolist() == [0, 2]
    assert wide.worth[3, 0] == pytest.approx(wide.values[3] / 2)


def test_region_is_left_at_its_edge() -> None:
    panel = priced([10, 11, 12, 13, 13], [10, 10, 10, 10, 10])
    half = fixed_weights.build(panel.symbols, {"A": 0.5, "B": 0.5})
    path = simulate(panel, half, no_trade_region.build(0.05), Costs(0.001), capital=100.0)
    assert np.flatnonzero(path.traded.any(axis=1)).tolist() == [0, 3]
    assert path.worth[3] / path.values[3] == pytest.approx([0.55, 0.45])


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), width=st.integers(2, 8))
def test_nearest_inside_is_the_projection(seed: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    held, goal = rng.dirichlet(np.ones(width)), rng.dirichlet(np.ones(width))
    lower, upper = np.maximum(goal - 0.1, 0.0), goal + 0.1
    found = nearest_inside(held, lower, upper)
    assert found.sum() == pytest.approx(1.0, abs=1e-12)
    assert ((found >= lower) & (found <= upper)).all()
    for _ in range(20):
        other = nearest_inside(rng.dirichlet(np.ones(width)), lower, upper)
        assert (held - found) @ (other - found) <= 1e-12  # the variational inequality


def test_trading_must_be_worth_its_cost() -> None:
    panel = real_panel()
    weights = fixed_weights.build(panel.symbols, {"AAPL": 0.5, "KO": 0.5})
    cut = {
        name: getattr(panel, name)[:600]
        for name in ("days", "close", "mark", "tradable", "dividends", "volume", "rate")
    }
    short = replace(panel, **cut)
    trades = [
        int(
            (simulate(short, weights, worth_the_cost.build(rate), capital=1.0).traded != 0)
            .any(axis=1)
            .sum()
        )
        for rate in (0.0, 0.00001, 0.001, 0.1)
    ]
    assert trades[0] > trades[1] > trades[2] >= trades[3] == 1


def test_buy_and_hold_never_sells_and_invests_new_money_as_before() -> None:
    panel = priced([10, 20, 20, 40], [10, 10, 10, 10])
    strategy = buy_and_hold.build(panel.symbols, {"A": 0.5, "B": 0.5})
    money = flows.pay_on(panel.days, {panel.days[2].item(): 50.0})
    path = simulate(panel, strategy, calendar.build("daily"), capital=100.0, flows=money)
    assert path.worth.tolist() == [[50, 50], [100, 50], [125, 75], [250, 75]]


def test_optimised_learns_from_the_past_only_and_says_what_failed() -> None:
    panel = complete_panel(80, 3, 6)
    rule = calendar.build("monthly")
    waiting = optimised.build(panel.symbols, "minimum_variance", None, Learning(60, 30))
    path = simulate(panel, waiting, rule, Costs(0.001), capital=100.0)
    assert path.notes[0].what == "kept"
    assert path.notes[0].facts["why"] == "too_few_days"
    assert path.cash[0] == 100.0
    assert path.cash[-1] == pytest.approx(0.0, abs=1e-6)
    narrow = Constraints(lower=np.zeros(3), upper=np.full(3, 0.2))
    never_fits = optimised.build(panel.symbols, "minimum_variance", narrow, Learning(60, 30))
    kept = simulate(panel, never_fits, rule, capital=100.0)
    assert {note.facts["why"] for note in kept.notes} == {"too_few_days", "infeasible"}
    assert (kept.values == 100.0).all()


def test_unknown_symbols_and_methods() -> None:
    with pytest.raises(KeyError):
        fixed_weights.build(("A",), {"B": 1.0})
    with pytest.raises(KeyError):
        buy_and_hold.build(("A",), {"B": 1.0})
    with pytest.raises(KeyError):
        optimised.build(("A",), "wishful_thinking")
    with pytest.raises(BadWeights, match="sum"):
        fixed_weights.build(("A", "B"), {"A": 0.6, "B": 0.6})


def test_monthly_money_moves_to_trading_days() -> None:
    money = flows.pay_monthly(DAYS, 100.0, day=31, until=date(2020, 5, 31))
    assert DAYS[money.rows].astype(str).tolist() == [
        "2020-01-31", "2020-03-02", "2020-03-31", "2020-04-30", "2020-06-01",
    ]  # fmt: skip
    rare = flows.pay_monthly(DAYS, -5.0, every=3, since=date(2020, 2, 1))
    assert DAYS[rare.rows][:3].astype(str).tolist() == ["2020-02-03", "2020-05-01", "2020-08-03"]
    assert set(rare.amounts.tolist()) == {-5.0}


def test_lump_sums_and_parts() -> None:
    sums = flows.pay_on(DAYS, {date(2020, 2, 1): 7.0, date(2030, 1, 1): 9.0})
    assert (DAYS[sums.rows].astype(str).tolist(), sums.amounts.tolist()) == (["2020-02-03"], [7.0])
    with pytest.raises(ValueError, match="before"):
        flows.pay_on(DAYS, {date(2019, 2, 1): 7.0})
    parts = flows.dollar_cost_average(DAYS, 120.0, 4)
    assert parts.rows[0] == 0
    assert parts.amounts.tolist() == [30.0] * 4
    assert DAYS[parts.rows][1:].astype(str).tolist() == ["2020-02-03", "2020-03-02", "2020-04-01"]
    with pytest.raises(ValueError, match="parts"):
        flows.dollar_cost_average(DAYS, 120.0, 40)


def test_saving_from_nothing() -> None:
    panel = complete_panel(120, 3, 2)
    weights = fixed_weights.build(panel.symbols, {"A": 0.4, "B": 0.6})
    money = flows.dollar_cost_average(panel.days, 1000.0, 4)
    path = simulate(
        panel, weights, calendar.build("monthly"), Costs(0.001), capital=0.0, flows=money
    )
    assert path.flows.sum() == pytest.approx(1000.0)
    assert path.values[0] == pytest.approx(250.0 / 1.001)
    assert path.imbalance() <= 1e-12
