"""Views weighed against a market: equal to PyPortfolioOpt, and the portfolio that follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.optimization.estimation.black_litterman import weigh
from engine.optimization.estimation.estimate import estimate, in_equilibrium, with_views
from engine.optimization.estimation.views import UnknownAsset, View, ViewKind, believe, pick, prefer
from engine.optimization.limits import Demands, build_constraints
from engine.optimization.methods import black_litterman
from engine.optimization.solution import Unsolvable
from tests.engine.biases.records import real_prices

PRICES = real_prices()
LAST = PRICES.last_day
assert LAST is not None
BASE = estimate(PRICES, PRICES.symbols, until=LAST, returns="equilibrium")
VIEWS = (
    prefer("AAPL", "MSFT", 0.03, 0.6),
    believe("KO", 0.02, 0.25),
    View(ViewKind.RELATIVE, ("XOM", "CVX"), ("JPM", "BAC"), -0.05, 0.9),
)


def peer(confidences: list[float] | None) -> tuple[np.ndarray, np.ndarray]:
    from pypfopt.black_litterman import BlackLittermanModel

    names = list(BASE.symbols)
    about, values, _ = pick(VIEWS, names)
    options = {} if confidences is None else {"omega": "idzorek", "view_confidences": confidences}
    model = BlackLittermanModel(
        pd.DataFrame(BASE.covariance, names, names),
        pi=pd.Series(BASE.mean, names),
        P=about,
        Q=values[:, None],
        tau=0.05,
        **options,
    )
    return model.bl_returns().to_numpy(), model.bl_cov().to_numpy()


def test_the_posterior_is_that_of_pypfopt() -> None:
    about, values, confidences = pick(VIEWS, BASE.symbols)
    mean, covariance = peer(confidences.tolist())
    found = weigh(BASE.mean, BASE.covariance, about, values, confidences, 0.05)
    assert np.abs(found.mean - mean).max() <= 1e-10
    assert np.abs(found.covariance - covariance).max() <= 1e-10
    mean, covariance = peer(None)
    found = weigh(BASE.mean, BASE.covariance, about, values, np.full(3, 0.5), 0.05)
    assert np.abs(found.mean - mean).max() <= 1e-10
    assert np.abs(found.covariance - covariance).max() <= 1e-10


def test_a_certain_view_comes_true_and_half_of_one_half_way() -> None:
    gap = float(BASE.mean[BASE.symbols.index("AAPL")] - BASE.mean[BASE.symbols.index("MSFT")])
    for confidence, expected in ((1.0, 0.1), (0.5, (0.1 + gap) / 2), (1e-9, gap)):
        heard = with_views(BASE, [prefer("AAPL", "MSFT", 0.1, confidence)])
        mean = dict(zip(heard.symbols, heard.mean, strict=True))
        assert mean["AAPL"] - mean["MSFT"] == pytest.approx(expected, abs=1e-6)
        assert heard.mean_by == "black_litterman"
        assert np.all(heard.mean_se <= BASE.mean_se + 1e-12)


def test_certain_views_that_contradict_each_other_are_refused() -> None:
    both = [believe("KO", 0.1, 1.0), believe("KO", 0.2, 1.0)]
    with pytest.raises(Unsolvable) as refused:
        with_views(BASE, both)
    assert refused.value.reason == "views_clash"
    circle = [
        prefer("KO", "PG", 0.1, 1.0),
        prefer("PG", "XOM", 0.1, 1.0),
        prefer("XOM", "KO", 0.1, 1.0),
    ]
    with pytest.raises(Unsolvable):
        with_views(BASE, circle)
    unsure = with_views(BASE, [believe("KO", 0.1, 0.9), believe("KO", 0.2, 0.9)])
    assert 0.1 < unsure.mean[BASE.symbols.index("KO")] < 0.2


def test_views_say_something_about_what_is_there() -> None:
    with pytest.raises(UnknownAsset) as unknown:
        with_views(BASE, [believe("TSLA", 0.1)])
    assert unknown.value.symbol == "TSLA"
    for wrong in (
        lambda: believe("KO", 0.1, 0.0),
        lambda: believe("KO", float("nan")),
        lambda: prefer("KO", "KO", 0.1),
        lambda: View(ViewKind.ABSOLUTE, ("KO",), ("PG",), 0.1),
        lambda: View(ViewKind.RELATIVE, ("KO",), (), 0.1),
    ):
        with pytest.raises(ValueError, match=r"view|confidence"):
            wrong()


def test_without_views_nothing_is_traded() -> None:
    held = dict(zip(BASE.symbols, np.random.default_rng(1).dirichlet(np.ones(20)), strict=True))
    constraints = build_constraints(BASE.symbols, Demands(), current=held)
    for prior in ("james_stein", "equilibrium"):
        assert LAST is not None
        told = estimate(PRICES, PRICES.symbols, until=LAST, returns=prior)
        found = black_litterman.solve(told, constraints)
        assert found.weights == pytest.approx(list(held.values()), abs=1e-8)


def test_a_view_moves_money_from_the_worse_to_the_better() -> None:
    held = dict.fromkeys(BASE.symbols, 0.05)
    constraints = build_constraints(BASE.symbols, Demands(), current=held)
    found = black_litterman.solve(BASE, constraints, views=[prefer("AAPL", "MSFT", 0.05)])
    change = dict(zip(found.symbols, found.weights - 0.05, strict=True))
    assert max(change, key=lambda name: change[name]) == "AAPL"
    assert min(change, key=lambda name: change[name]) == "MSFT"
    market = np.full(20, 0.05)
    told = with_views(in_equilibrium(BASE, market), [prefer("AAPL", "MSFT", 0.05)])
    rng = np.random.default_rng(2)
    best = found.weights @ told.mean - 1.25 * found.weights @ BASE.covariance @ found.weights
    assert found.objective == pytest.approx(best, abs=1e-12)
    for weights in rng.dirichlet(np.ones(20), 2000):
        assert weights @ told.mean - 1.25 * weights @ BASE.covariance @ weights <= best
