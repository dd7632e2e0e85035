"""Selling at anchors: what counts as one, the strata, the cost, size and power."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from engine.biases.anchoring import BIAS, detect, facts, feeds
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.inference.strata import Strata, mantel_haenszel
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.anchors import anchors_held, anchors_now, rolling_high
from engine.record.record import Record, prepare
from tests.engine.biases.random_markets import YEARS_BEFORE, better, bought, record_of, sold, walk
from tests.engine.biases.records import (
    flat_prices,
    random_trader,
    trade,
    trades_of,
    years_of_prices,
)


def anchor_trader(prices: Prices, seed: int, days: int = 75, tilt: float = 0.0) -> list[Trade]:
    """Two years: sells one of eight positions on random days, ``tilt`` log odds for those at an
    anchor (found here without the engine), and buys another share."""
    rng, close = np.random.default_rng(seed), prices.close
    span = np.arange(YEARS_BEFORE, len(close))
    rows = np.sort(rng.choice(span, size=days + 1, replace=False)).tolist()
    made: list[Trade] = []
    held: dict[int, tuple[float, int]] = {}

    def buy(row: int, column: int) -> None:
        held[column] = (bought(made, prices, row, column, 1000.0), row)

    def anchored(row: int, column: int) -> bool:
        since = held[column][1]
        path = close[since:row, column] / close[since, column] - 1
        high = close[row - 1, column] >= 0.98 * close[row - 252 : row, column].max()
        return bool(high or (abs(path[-1]) <= 0.02 and path.min() <= -0.08))

    for column in rng.choice(close.shape[1], size=8, replace=False):
        buy(rows[0], int(column))
    for row in rows[1:]:
        columns = list(held)
        odds = np.exp([tilt * anchored(row, c) for c in columns])
        column = columns[int(rng.choice(len(columns), p=odds / odds.sum()))]
        sold(made, prices, row, column, held.pop(column)[0])
        buy(row, int(rng.choice([c for c in range(30) if c not in held and c != column])))
    return made


def ending(day: date, trades: list[Trade], prices: Prices, horizon: int = 63) -> Record:
    return prepare(trades, prices, until=day, horizon=horizon)


def path_of(*parts: tuple[int, float]) -> list[float]:
    return [price for rows, price in parts for _ in range(rows)]


def test_calibration() -> None:
    assert (BIAS.n_min, BIAS.theta50) == (25, 0.40)
    assert BIAS.calibration is Calibration.WEAK


def test_the_high_of_252_rows() -> None:
    rng = np.random.default_rng(8)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, (700, 3)), axis=0))
    prices = flat_prices("2020-01-01", 700, {"A": close[:, 0], "B": close[:, 1], "C": close[:, 2]})
    record = record_of(trades_of("2020-02-03 buy 1 A 100\n2020-02-03 buy 1 C 100"), prices)
    high = rolling_high(record)
    for row in (70, 251, 252, 253, 400, 699):
        expected = close[max(row - 251, 0) : row + 1][:, [0, 2]].max(axis=0)
        assert high[row] == pytest.approx(expected)
    assert np.isnan(high[61]).all()  # a history of less than 63 rows has no high of a year


def test_highs_of_the_day_count_where_known() -> None:
    prices = flat_prices("2020-01-01", 100, {"A": 100.0, "B": 100.0})
    tops = prices.close.copy()
    tops[40, 0] = 130.0
    prices = replace(prices, high=tops)
    record = record_of(trades_of("2020-02-03 buy 1 A 100"), prices)
    assert rolling_high(record)[80].tolist() == [130.0]


def test_a_jump_like_a_split_hides_the_high() -> None:
    prices = flat_prices("2020-01-01", 500, {"A": path_of((100, 100.0), (400, 50.0)), "B": 1.0})
    high = rolling_high(record_of(trades_of("2020-02-03 buy 1 A 100"), prices))
    assert np.isnan(high[[101, 300, 350], 0]).all()
    assert high[352, 0] == 50.0


def test_break_even_after_a_loss_by_the_cost_of_the_time() -> None:
    """A falls 9 % and comes back; B falls 5 %; C fell 9 % from a cost that was averaged down to
    95 later: the fall counts from what had been paid by then."""
    rows = 120
    high = path_of((5, 200.0))
    fell = [*high, *path_of((65, 100.0), (10, 91.0), (40, 100.0))]
    little = [*high, *path_of((65, 100.0), (10, 95.0), (40, 100.0))]
    prices = flat_prices(
        "2024-01-01", rows, {"A": fell, "B": little, "C": [*fell[:80], *path_of((40, 95.0))]}
    )
    days = [str(prices.days[row]) for row in (66, 75, 85, 86)]
    trades = trades_of(
        f"""{days[0]} buy 10 A 100
        {days[0]} buy 10 B 100
        {days[0]} buy 10 C 100
        {days[1]} buy 8 C 89
        {days[2]} sell 5 B 100
        {days[3]} sell 5 B 100"""
    )
    record = record_of(trades, prices)
    held, anchors = record.history.holdings, anchors_held(record)
    last = held.day == 3
    assert held.symbol[last].tolist() == [0, 1, 2]
    assert anchors.at_cost[last].tolist() == [True, False, True]
    assert anchors.lowest[last].tolist() == pytest.approx([-0.09, -0.05, -0.09])
    assert not anchors.at_high[last].any()
    now = anchors_now(record, "A")
    assert now is not None
    assert now.at_cost.tolist() == [True]


def test_nothing_of_the_day_itself_is_looked_at() -> None:
    """A is sold on the day it jumps to its high: the evening before it was far below."""
    prices = flat_prices("2024-01-01", 90, {"A": path_of((5, 130.0), (75, 100.0), (10, 131.0))})
    trades = trades_of(f"2024-01-03 buy 10 A 130\n{prices.days[80]} sell 10 A 131")
    anchors = anchors_held(record_of(trades, prices))
    assert anchors.to_high.tolist() == pytest.approx([100 / 130])


def test_a_sale_at_the_high_and_its_cost() -> None:
    """A sold at its high gains 10 % in 5 days, the mean of the three 10/3 %: κ = 1,200·.0667."""
    rise = path_of((80, 100.0), (1, 120.0), (5, 120.0), (30, 132.0))
    prices = flat_prices("2024-01-01", 116, {"A": rise, "B": 120.0, "C": 120.0})
    b = prices.close.copy()
    b[:70, 1:] = 150.0
    prices = Prices.from_closes(prices.symbols, prices.days, b)
    start, day = prices.days[75], prices.days[82]
    trades = trades_of(
        f"""{start} buy 10 A 100
        {start} buy 10 B 100
        {start} buy 10 C 100
        {day} sell 10 A 120"""
    )
    finding = detect(ending(date(2025, 1, 1), trades, prices, 5), None)
    (evidence,) = finding.evidence
    assert evidence.facts["to_high"] == 1.0
    assert evidence.facts["gain"] == pytest.approx(0.2)
    assert evidence.facts["after"] == pytest.approx(0.1)
    assert evidence.kappa == pytest.approx(1200 * (0.1 - 0.1 / 3))
    assert finding.measures["sold_at_anchor"] == 1
    assert finding.measures["held_elsewhere"] == 2
    assert finding.n == 1
    assert finding.label is Label.INSUFFICIENT


def test_gains_and_losses_of_a_day_are_strata_of_their_own() -> None:
    """The only other position is a loss, so nothing is compared."""
    rise = path_of((80, 100.0), (30, 120.0))
    prices = flat_prices("2024-01-01", 110, {"A": rise, "B": path_of((80, 100.0), (30, 60.0))})
    trades = trades_of(
        f"""{prices.days[75]} buy 10 A 100
        {prices.days[75]} buy 10 B 100
        {prices.days[82]} sell 10 A 120"""
    )
    finding = detect(record_of(trades, prices), None)
    assert finding.n == 0
    assert finding.measures["sold_at_anchor"] == 1


def test_swapping_the_labels_flips_the_sign() -> None:
    cells = [np.array([1.0, 0, 1, 2, 1]), np.array([2.0, 1, 1, 1, 0])]
    cells += [np.array([0.0, 1, 1, 0, 0]), np.array([3.0, 2, 1, 2, 4])]
    there = mantel_haenszel(Strata(*cells))
    back = mantel_haenszel(Strata(cells[2], cells[3], cells[0], cells[1]))
    assert there.theta == pytest.approx(1.547563, abs=1e-6)
    assert back.theta == pytest.approx(-there.theta, abs=1e-12)


def test_money_names_and_split_fills_do_not_matter() -> None:
    prices = years_of_prices(4000, 1000)
    trades = random_trader(prices, 4, days=150)
    plain = detect(record_of(trades, prices), None)
    # Ten times the price, a tenth of the shares, other names in the opposite order.
    names = {name: f"{90 - n:02d}" for n, name in enumerate(prices.symbols)}
    other = Prices.from_closes(
        tuple(names[s] for s in prices.symbols), prices.days, prices.close * 10
    )
    renamed = [
        replace(t, symbol=names[t.symbol], price=t.price * 10, quantity=t.quantity / 10)
        for t in trades
    ]
    again = detect(record_of(renamed, other), None)
    assert again.theta == pytest.approx(plain.theta, abs=1e-9)
    assert again.se == pytest.approx(plain.se, abs=1e-9)
    halves = [
        replace(t, id=type(t.id)(int=t.id.int * 2 + half), quantity=t.quantity / 2)
        for t in trades
        for half in (0, 1)
    ]
    assert detect(record_of(halves, prices), None).theta == pytest.approx(plain.theta, abs=1e-9)


def test_size_and_power() -> None:
    """120 people without the bias, 60 with twice the average: 2 years, 75 sales."""

    def found(seed: int, tilt: float) -> BiasFinding:
        prices = walk(seed)
        return detect(record_of(anchor_trader(prices, seed, tilt=tilt), prices), None)

    null = [found(seed, 0.0) for seed in range(120)]
    biased = [found(seed, 2 * BIAS.theta50) for seed in range(60)]
    z_null = [one.theta / one.se for one in null if one.n >= BIAS.n_min]
    z_biased = [one.theta / one.se for one in biased if one.n >= BIAS.n_min]
    assert len(z_null) > 70
    assert np.mean(np.array(z_null) > 1.645) <= 0.09
    assert better(z_biased, z_null) >= 0.80
    assert np.mean([one.theta for one in biased]) == pytest.approx(0.8, abs=0.2)


def test_the_interval_holds_the_cost() -> None:
    prices = walk(11)
    record = record_of(anchor_trader(prices, 11, days=200, tilt=1.6), prices)
    finding = detect(record, np.random.default_rng(1))
    assert finding.label is Label.STRONG
    assert finding.cost is not None
    assert finding.cost_ci is not None
    assert finding.cost_ci[0] <= finding.cost <= finding.cost_ci[1]
    assert 0 < finding.measures["attributable"] < 1


def test_one_share_has_no_benchmark() -> None:
    prices = flat_prices("2024-01-01", 90, {"A": path_of((80, 100.0), (10, 120.0))})
    trades = trades_of(f"{prices.days[75]} buy 10 A 100\n{prices.days[82]} sell 10 A 120")
    finding = detect(record_of(trades, prices), None)
    assert "no_benchmark" in finding.caveats
    assert finding.cost is None
    assert detect(record_of([], prices), np.random.default_rng(1)).label is Label.INSUFFICIENT


def test_the_word_before_a_sale() -> None:
    prices = flat_prices(
        "2024-01-01",
        110,
        {"A": path_of((80, 100.0), (30, 120.0)), "B": path_of((5, 200.0), (105, 90.0))},
    )
    start, today = prices.days[75], prices.days[90].item()
    trades = trades_of(f"{start} buy 10 A 100\n{start} buy 10 B 100")
    record = ending(today, trades, prices)
    sale = trade(9, today, Kind.SELL, "A", 10, 121)
    assert feeds(record, sale)
    assert not feeds(record, replace(sale, kind=Kind.BUY))
    assert not feeds(record, replace(sale, planned=True))
    assert not feeds(record, replace(sale, quantity=Decimal(1)))
    assert not feeds(record, replace(sale, symbol="B"))
    assert not feeds(record, replace(sale, symbol="C"))
    shown = facts(record, sale, detect(record, None))
    assert shown["symbol"] == "A"
    assert shown["to_high"] == 1.0
    assert shown["gain"] == pytest.approx(0.21)
    assert (shown["n"], shown["horizon"]) == (0, 63)
