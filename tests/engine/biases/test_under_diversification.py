"""Under-diversification: 1 - R², effective holdings, and the return that is not paid for risk."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engine.biases.under_diversification import EQUITY_PREMIUM, detect, unpaid_risk
from engine.detection.finding import BiasFinding, Label
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import Context
from engine.record.record import prepare
from tests.engine.biases.records import flat_prices, trades_of, years_of_prices

LENGTH = 300


def market(seed: int = 1, noise: float = 0.02) -> Prices:
    """An index and three shares of beta 1, 1 and 2 with noise of their own."""
    rng = np.random.default_rng(seed)
    index = rng.normal(0.0004, 0.01, LENGTH)
    moves = {"IDX": index}
    for name, beta in (("A", 1.0), ("B", 1.0), ("C", 2.0)):
        moves[name] = beta * index + rng.normal(0, noise, LENGTH)
    return flat_prices(
        "2023-01-02", LENGTH, {name: 100 * np.cumprod(1 + move) for name, move in moves.items()}
    )


def found(
    trades: list[Trade],
    prices: Prices,
    benchmark: str | None = "IDX",
    rng: np.random.Generator | None = None,
) -> BiasFinding:
    assert prices.last_day is not None
    context = Context(benchmark=benchmark)
    return detect(prepare(trades, prices, until=prices.last_day, context=context), rng)


def bought(prices: Prices, *names: str) -> list[Trade]:
    day: date = prices.days[1].item()
    lines = [
        f"{day} buy {round(1000 / prices.close[1, prices.column(name)], 6)} {name} "
        f"{round(float(prices.close[1, prices.column(name)]), 6)}"
        for name in names
    ]
    return trades_of("\n".join(lines))


def test_one_share_is_its_regression_on_the_benchmark() -> None:
    prices = market()
    finding = found(bought(prices, "C"), prices)
    moves = prices.close[1:] / prices.close[:-1] - 1
    own, index = moves[-252:, prices.column("C")], moves[-252:, prices.column("IDX")]
    rho = np.corrcoef(own, index)[0, 1]
    assert finding.theta == pytest.approx(1 - rho**2)
    assert finding.measures["r_squared"] == pytest.approx(rho**2)
    assert (finding.n, finding.label, finding.caveats) == (252, Label.MEASURED, ())
    assert finding.measures["holdings"] == finding.measures["effective_holdings"] == 1
    assert finding.measures["largest_weight"] == 1
    assert finding.measures["normalised_variance"] == pytest.approx(1.0)
    beta = rho * own.std() / index.std()
    sharpe = EQUITY_PREMIUM / index.std()
    assert finding.cost_share is not None
    assert finding.cost_share == pytest.approx(sharpe * own.std() - beta * EQUITY_PREMIUM)
    assert finding.cost is not None
    assert finding.cost / finding.cost_share == pytest.approx(
        10 * prices.close[-252:, prices.column("C")].mean() * 100 / prices.close[1, 3], rel=1e-6
    )


def test_more_names_are_less_risk_of_their_own() -> None:
    prices = market()
    one, two, index = (
        found(bought(prices, *names), prices) for names in (("A",), ("A", "B"), ("IDX",))
    )
    assert one.theta > two.theta > index.theta == pytest.approx(0.0, abs=1e-9)
    assert 1.8 < two.measures["effective_holdings"] <= 2
    assert two.measures["normalised_variance"] < 0.8
    assert index.cost == pytest.approx(0.0, abs=1e-6)


def test_the_interval_lies_around_the_value_and_needs_randomness() -> None:
    prices = market()
    finding = found(bought(prices, "A", "B"), prices, rng=np.random.default_rng(1))
    low, high = finding.ci90
    assert low < finding.intensity < high
    assert finding.cost is not None
    assert finding.cost_ci is not None
    assert finding.cost_ci[0] < finding.cost < finding.cost_ci[1]
    bare = found(bought(prices, "A", "B"), prices)
    assert np.isnan(bare.ci90).all()
    assert bare.cost_ci is None


def test_the_interval_covers_the_truth() -> None:
    """90 % nominal; 87 to 92 % of 400 in longer runs over four sizes of noise."""
    truth = 0.02**2 / (0.02**2 + 0.01**2)
    inside = 0
    for seed in range(100):
        prices = market(seed)
        finding = found(bought(prices, "A"), prices, rng=np.random.default_rng(seed))
        low, high = (-0.40 * np.log2(1 - np.array(finding.ci90) / 100)).tolist()
        inside += low <= truth <= high
    assert 81 <= inside <= 97


def test_the_mean_of_all_prices_flatters_and_is_said() -> None:
    prices = years_of_prices(4000, 300)
    trades = trades_of(f"{prices.days[5]} buy 10 {prices.symbols[0]} 10")
    finding = found(trades, prices, benchmark=None)
    assert finding.caveats == ("benchmark_is_mean",)
    assert finding.label is Label.MEASURED
    few = market()
    alone = found(bought(few, "A"), few, benchmark=None)
    assert alone.caveats == ("too_few_for_benchmark",)
    assert alone.label is Label.INSUFFICIENT
    assert alone.cost is None
    assert alone.measures["holdings"] == 1


def test_half_a_year_is_needed() -> None:
    prices = market()
    late = trades_of(f"{prices.days[200]} buy 10 A 100")
    finding = found(late, prices, rng=np.random.default_rng(1))
    assert finding.n == 99
    assert (finding.label, finding.cost) == (Label.INSUFFICIENT, None)


def test_prices_that_never_move_say_nothing() -> None:
    prices = flat_prices("2023-01-02", LENGTH, {"A": 100.0, "IDX": 50.0})
    finding = found(trades_of("2023-01-03 buy 10 A 100"), prices, rng=np.random.default_rng(1))
    assert finding.label is Label.INSUFFICIENT
    assert np.isnan(unpaid_risk(np.zeros(6))[0])
    assert found([], prices).n == 0
