"""All attributions on a simulated path and on somebody's own trades, over real prices."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from engine.arrays import Floats
from engine.backtest.attribution.brinson import attribute, by_month, gather
from engine.backtest.attribution.decisions import Decision, decide
from engine.backtest.attribution.factors import Explained, explain, returns_on
from engine.backtest.attribution.holdings import asset_returns, contribute, earn
from engine.backtest.costs import Costs
from engine.backtest.history import open_panel
from engine.backtest.path import Path
from engine.backtest.rebalancing import calendar
from engine.backtest.replay import follow
from engine.backtest.simulation import simulate
from engine.backtest.strategies import equal_weight, fixed_weights
from engine.returns import closes_on
from storage.feeds import demo
from tests.engine.biases.records import random_trader, years_of_prices

SINCE, UNTIL = date(2014, 1, 2), date(2022, 12, 28)
SECTORS = {"AAPL": "Technology", "MSFT": "Technology", "KO": "Staples", "PEP": "Staples"}


@cache
def simulated() -> tuple[Path, Floats]:
    """30 % Apple, 20 % Microsoft, four times 10 %, 10 % cash at 1 % a year; monthly, 0.1 %."""
    prices = demo.read()
    panel = open_panel(prices, prices.symbols, since=SINCE, until=UNTIL, rate=0.01)
    weights = {"AAPL": 0.3, "MSFT": 0.2, "JNJ": 0.1, "KO": 0.1, "JPM": 0.1, "XOM": 0.1}
    path = simulate(
        panel,
        fixed_weights.build(panel.symbols, weights),
        calendar.build("monthly"),
        Costs(rate=0.001),
        capital=10_000.0,
    )
    return path, asset_returns(panel.mark, panel.dividends, panel.last)


@cache
def traded() -> tuple[Path, Floats]:
    """150 random changes from share to share, without an account for cash."""
    first = int(np.searchsorted(demo.read().days, np.datetime64(SINCE)))
    prices = years_of_prices(first, 2264)
    path = follow(random_trader(prices, 3, days=150), prices, UNTIL).path
    closes, _ = closes_on(path.symbols, prices, path.days)
    return path, asset_returns(closes, np.zeros_like(closes))


@cache
def usual(path_of: str) -> tuple[Path, Floats]:
    """The same shares and days in equal parts, rebalanced monthly."""
    path, _ = {"simulated": simulated, "traded": traded}[path_of]()
    panel = open_panel(demo.read(), path.symbols, since=path.days[0].item(), until=UNTIL)
    plain = simulate(
        panel, equal_weight.build(panel.symbols), calendar.build("monthly"), capital=1.0
    )
    return plain, asset_returns(panel.mark, panel.dividends, panel.last)


@pytest.mark.parametrize("kind", ["simulated", "traded"])
def test_everything_adds_up(kind: str) -> None:
    path, earned = {"simulated": simulated, "traded": traded}[kind]()
    plain, known = usual(kind)
    grown = float(np.prod(1 + path.returns) - 1)
    found = contribute(path)
    parts = found.holdings.sum() + found.interest + found.costs
    assert (parts, found.total) == pytest.approx((grown, grown), abs=1e-12)
    money = earn(path)
    assert money.total == pytest.approx(path.values[-1] - path.flows.sum(), abs=1e-6)

    index = returns_on(demo.read_index(), path.days)[:, 0]
    index[0] = 0.0
    rate = np.zeros(len(path.days))
    decided = decide(path, earned, index, rate, rng=np.random.default_rng(1))
    active = grown - float(np.prod(1 + index) - 1)
    for sums in ("chain", "share"):
        values = [getattr(one, sums).value for one in decided.effects.values()]
        assert sum(values) == pytest.approx(active, abs=1e-12)
    # Both trade at the closes.
    assert decided.effects[Decision.EXECUTION].chain.value == pytest.approx(0.0, abs=1e-11)

    sides = gather(path, earned, SECTORS), gather(plain, known, SECTORS)
    months = tuple(by_month(side, path.days) for side in sides)
    for ours, theirs in (sides, months):
        brinson = attribute(ours, theirs)
        effects = brinson.allocation + brinson.selection + brinson.interaction
        assert effects.sum() + brinson.execution + brinson.costs == pytest.approx(
            grown - float(np.prod(1 + plain.returns) - 1), abs=1e-12
        )


def test_what_was_rebalanced_only_has_no_timing() -> None:
    path, earned = simulated()
    none = np.zeros(len(path.days))
    found = decide(path, earned, none, none, rng=np.random.default_rng(1))
    assert found.names == 6
    assert found.effects[Decision.TIMING].chain.value == pytest.approx(0.0, abs=1e-12)
    assert found.effects[Decision.COSTS].chain.value < 0


def test_factors_of_the_demo() -> None:
    path, _ = simulated()
    styles = returns_on(demo.read_factors(), path.days)
    market = returns_on(demo.read_index(), path.days)[:, 0]
    named = dict(zip(demo.read_factors().symbols, styles.T, strict=True))
    rate = np.zeros(len(path.days))
    found = explain(path.days, path.returns, market, named, rate, days_per_year=252)
    assert isinstance(found, Explained)
    assert (found.days, found.lag, found.alike) == (2263, 8, ())
    assert found.loadings[0].beta.value == pytest.approx(0.873, abs=0.002)
    parts = found.alpha.value + sum(one.part for one in found.loadings)
    assert parts == pytest.approx(found.excess, abs=1e-14)
