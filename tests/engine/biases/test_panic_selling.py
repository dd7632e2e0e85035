"""Panic: days of stress, exits and what they cost, the rate ratio, size and power."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isnan, log, nan

import numpy as np
import pytest

from engine.biases.panic_selling import BIAS, detect, facts, feeds, rate_ratio
from engine.detection.finding import BiasFinding, Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context
from engine.record.daily import value_days
from engine.record.exits import Exit, find_exits
from engine.record.record import Record, prepare
from engine.record.stress import find_stress
from tests.engine.biases.random_markets import YEARS_BEFORE, better, bought, record_of, sold, walk
from tests.engine.biases.records import flat_prices, trade, trades_of


def keeper(
    prices: Prices, seed: int, panic: float = 1.0, rate: float = 0.075, rows: int = 504
) -> list[Trade]:
    """Two years with eight positions: sells one now and then, ``panic`` times as often when the
    market fell hard (found here without the engine), and buys others at its own pace."""
    rng, close = np.random.default_rng(seed), prices.close
    change = np.diff(np.log(close), axis=0).mean(axis=1)
    level = np.exp(np.append(0.0, np.cumsum(change)))
    made: list[Trade] = []
    held: list[tuple[int, float]] = []

    def buy(row: int, column: int) -> None:
        money = 1000 * float(np.exp(rng.normal(0, 0.3)))
        held.append((column, bought(made, prices, row, column, money)))

    for column in rng.choice(close.shape[1], size=8, replace=False):
        buy(YEARS_BEFORE, int(column))
    for row in range(YEARS_BEFORE + 1, min(YEARS_BEFORE + rows, len(close))):
        month = level[row - 1] / level[row - 22] - 1
        crash = month <= -1.645 * change[: row - 1].std() * np.sqrt(21)
        crash = crash or (level[row - 1] <= 0.9 * level[:row].max() and month < 0)
        if held and rng.random() < rate * (panic if crash else 1.0):
            column, shares = held.pop(int(rng.integers(len(held))))
            sold(made, prices, row, column, shares)
        if rng.random() < rate * (8 - len(held)):
            buy(row, int(rng.choice([c for c in range(30) if c not in dict(held)])))
    return made


def crash_prices(after: float = 100.0) -> Prices:
    """300 rows at 100 (with a little noise in M), a fall to 80 within 10 rows, then ``after``."""
    noise = np.tile([100.0, 100.1], 150)
    fall = np.linspace(98, 80, 10)
    path = np.concatenate([noise, fall, np.full(30, 80.0), np.full(160, after)])
    return flat_prices("2022-01-03", len(path), {"A": path, "B": path, "M": path})


def leaver(prices: Prices, share: float, back: int | None = None) -> Record:
    """Holds 10 A and 10 B from row 250 on, sells ``share`` of each on row 312, and may come back
    ``back`` rows later."""
    days = prices.days
    text = f"{days[250]} buy 10 A 100\n{days[250]} buy 10 B 100"
    text += f"\n{days[312]} sell {10 * share} A 80\n{days[312]} sell {10 * share} B 80"
    if back is not None:
        close = prices.close[312 + back, 0]
        text += f"\n{days[312 + back]} buy {10 * share} A {close}"
    return record_of(trades_of(text), prices)


def exits_of(record: Record) -> tuple[Exit, ...]:
    daily = value_days(record)
    return find_exits(daily, find_stress(record, daily), daily.sold, 0.5, 0.2)


def test_calibration() -> None:
    assert (BIAS.n_min, BIAS.theta50) == (20, log(3.0))


def test_stress_is_what_was_known_the_evening_before() -> None:
    prices = crash_prices()
    record = leaver(prices, 1.0)
    daily = value_days(record)
    stress = find_stress(record, daily)
    assert daily.first == 250
    assert len(stress.stressed) == len(daily.value) + 1
    # Little noise, so the first fall of 2 % is already beyond 1.645 standard deviations.
    assert int(np.flatnonzero(stress.stressed)[0]) + daily.first == 301
    first = 301 - daily.first
    assert stress.market[first] == pytest.approx(prices.close[300, 0] / prices.close[279, 0] - 1)


def test_a_deep_market_that_no_longer_falls_is_no_stress() -> None:
    """40 rows after the fall the market is 20 % below its high, but not falling."""
    record = leaver(crash_prices(80.0), 1.0)
    stress = find_stress(record, value_days(record))
    assert stress.stressed[325 - 250]
    assert not stress.stressed[345 - 250 :].any()


def test_a_portfolio_can_be_in_stress_alone() -> None:
    """The named benchmark is flat, the own shares lose 12 %."""
    path = np.concatenate([np.full(300, 100.0), np.full(100, 88.0)])
    prices = flat_prices("2022-01-03", 400, {"A": path, "B": path, "M": 100.0})
    days = prices.days
    trades = trades_of(f"{days[250]} buy 10 A 100\n{days[250]} buy 10 B 100")
    record = prepare(trades, prices, until=days[-1].item(), context=Context(benchmark="M"))
    stress = find_stress(record, value_days(record))
    assert np.flatnonzero(stress.stressed).tolist() == list(range(51, 72))  # 21 evenings


def test_everything_sold_in_a_crash_is_an_event() -> None:
    prices = crash_prices()
    (event,) = exits_of(leaver(prices, 1.0))
    assert event.is_event
    assert event.severe
    assert event.share == pytest.approx(1.0)
    assert (event.first, event.last) == (312 - 250, 312 - 250)
    assert event.end == 312 - 250 + 126


@pytest.mark.parametrize(("share", "events"), [(0.49, 0), (0.5, 1), (0.75, 1)])
def test_half_is_an_event(share: float, events: int) -> None:
    finding = detect(leaver(crash_prices(), share), None)
    assert finding.measures["events"] == events
    assert finding.measures["severe_events"] == 0
    if events:
        expected = 50 + 50 * (share - 0.5) / 0.5
        assert finding.measures["event_intensity"] == pytest.approx(expected)
        assert finding.measures["worst_share"] == pytest.approx(share)
    else:
        assert len(finding.evidence) == 2  # sold a fifth or more in a day of stress, no event
        assert {one.facts["event"] for one in finding.evidence} == {0.0}


def test_a_change_of_shares_is_no_exit() -> None:
    """Back within three weeks; B is sold for A."""
    prices, days = crash_prices(), crash_prices().days
    text = f"{days[250]} buy 10 A 100\n{days[312]} sell 10 A 80\n{days[320]} buy 10 B 80"
    assert exits_of(record_of(trades_of(text), prices)) == ()
    late = text.replace(str(days[320]), str(days[335]))
    assert len(exits_of(record_of(trades_of(late), prices))) == 1


def test_a_fall_of_prices_is_no_sale() -> None:
    prices, days = crash_prices(), crash_prices().days
    assert exits_of(record_of(trades_of(f"{days[250]} buy 10 A 100"), prices)) == ()


def test_a_planned_exit_is_none() -> None:
    prices, days = crash_prices(), crash_prices().days
    text = f"{days[250]} buy 10 A 100\n{days[312]} sell 10 A 80 planned"
    finding = detect(record_of(trades_of(text), prices), None)
    assert finding.measures["events"] == 0
    assert finding.evidence == ()


def test_the_cost_of_an_exit_is_what_was_missed_until_the_way_back() -> None:
    """Sold at 80; at 100 when half is bought back 60 rows later: 25 % of 1,600."""
    finding = detect(leaver(crash_prices(), 1.0, back=60), np.random.default_rng(1))
    assert [one.kappa for one in finding.evidence] == pytest.approx([200.0, 200.0])
    assert finding.evidence[0].facts["after"] == pytest.approx(0.25)
    assert finding.evidence[0].facts["days_out"] == 60
    assert finding.evidence[0].facts["market"] == pytest.approx(80 / 100.1 - 1, abs=1e-3)
    assert finding.cost is not None
    assert finding.cost > 0
    assert finding.cost_ci is not None
    assert "cash_earns_nothing" in finding.caveats


def test_an_exit_before_a_further_fall_has_helped() -> None:
    finding = detect(leaver(crash_prices(60.0), 1.0), None)
    assert [one.kappa for one in finding.evidence] == pytest.approx([-200.0, -200.0])
    assert finding.cost is not None
    assert finding.cost < 0


def test_an_event_is_shown_whatever_n_is() -> None:
    """An exit of yesterday: no horizon is complete, there are few days of stress."""
    prices = crash_prices()
    whole = leaver(prices, 1.0)
    assert whole.fills.trades == 4
    days = prices.days
    text = f"{days[290]} buy 10 A 100\n{days[312]} sell 10 A 80"
    record = prepare(trades_of(text), prices, until=days[313].item())
    finding = detect(record, None)
    assert finding.label is Label.INSUFFICIENT
    assert finding.intensity == pytest.approx(100.0)
    assert finding.measures["events"] == 1
    (evidence,) = finding.evidence
    assert evidence.kappa is None
    assert finding.cost is None
    assert finding.measures["incomplete"] == 1


def test_the_rate_ratio_by_hand() -> None:
    """.6 sold in 20 days of stress, .4 in 80 calm ones, half a sale is .1: ln(.035 / .00625)."""
    sums = np.array([0.6, 20.0, 0.4, 80.0])
    assert float(rate_ratio(sums, 0.1)) == pytest.approx(log(0.035 / 0.00625))
    assert float(rate_ratio(sums[[2, 3, 0, 1]], 0.1)) == pytest.approx(-log(0.035 / 0.00625))
    assert isnan(float(rate_ratio(np.array([0.0, 0.0, 0.4, 80.0]), 0.1)))
    assert isnan(float(rate_ratio(sums, nan)))
    more = [float(rate_ratio(sums + np.array([one, 0, 0, 0]), 0.1)) for one in (0, 0.1, 0.5)]
    assert more == sorted(more)  # another sale in stress never lowers it


def test_scale_does_not_matter() -> None:
    prices = walk(3)
    trades = keeper(prices, 3, panic=3.0)
    plain = detect(record_of(trades, prices), None)
    tenth = Prices.from_closes(prices.symbols, prices.days, prices.close * 10)
    more = [replace(one, price=one.price * 10) for one in trades]
    again = detect(record_of(more, tenth), None)
    assert again.theta == pytest.approx(plain.theta, abs=1e-9)
    assert again.se == pytest.approx(plain.se, abs=1e-9)


def test_without_randomness_the_error_is_nearly_that_of_the_bootstrap() -> None:
    ratios = []
    for seed in range(12):
        prices = walk(seed)
        record = record_of(keeper(prices, seed, panic=3.0), prices)
        ratios.append(detect(record, None).se / detect(record, np.random.default_rng(1)).se)
    assert np.median(ratios) == pytest.approx(1.0, abs=0.1)


def test_size_and_power() -> None:
    """110 people who sell at the same pace in and out of stress, 40 who sell nine times as often
    (twice the average in logs); 2 years, about 35 sales."""

    def found(seed: int, panic: float) -> BiasFinding:
        prices = walk(seed)
        record = record_of(keeper(prices, seed, panic), prices)
        return detect(record, np.random.default_rng(seed))

    null = [found(seed, 1.0) for seed in range(110)]
    biased = [found(seed, 9.0) for seed in range(40)]
    z_null = [one.theta / one.se for one in null if one.label is not Label.INSUFFICIENT]
    z_biased = [one.theta / one.se for one in biased if one.label is not Label.INSUFFICIENT]
    assert len(z_null) > 70
    assert np.mean(np.array(z_null) > 1.645) <= 0.10
    assert np.mean([one.intensity >= 50 for one in null]) <= 0.08
    assert better(z_biased, z_null) >= 0.90


def test_who_never_sells_and_who_never_trades() -> None:
    prices, days = crash_prices(), crash_prices().days
    kept = detect(record_of(trades_of(f"{days[250]} buy 10 A 100"), prices), None)
    assert isnan(kept.theta)
    assert "never_sold" in kept.caveats
    nobody = detect(record_of([], prices), np.random.default_rng(1))
    assert (nobody.n, nobody.label) == (0, Label.INSUFFICIENT)
    unpriced = record_of(trades_of("2022-02-01 buy 1 X 5\n2022-03-01 sell 1 X 6"), prices)
    assert detect(unpriced, np.random.default_rng(1)).n == 0


def test_the_word_before_a_sale() -> None:
    prices, days = crash_prices(), crash_prices().days
    text = f"{days[250]} buy 10 A 100\n{days[250]} buy 10 B 100"
    today: date = days[312].item()
    record = prepare(trades_of(text), prices, until=today)
    sale = trade(9, today, Kind.SELL, "A", 10, 80)
    assert feeds(record, sale)
    assert not feeds(record, replace(sale, planned=True))
    assert not feeds(record, replace(sale, quantity=sale.quantity / 4))  # an eighth of it all
    assert not feeds(record, replace(sale, kind=Kind.BUY))
    assert not feeds(record, replace(sale, symbol="C"))
    calm: date = days[295].item()
    before = prepare(trades_of(text), prices, until=calm)
    assert not feeds(before, trade(9, calm, Kind.SELL, "A", 10, 100))
    shown = facts(record, sale, detect(record, None))
    assert shown["share_sold"] == pytest.approx(0.5)
    assert shown["market"] == pytest.approx(80 / 100.1 - 1, abs=1e-3)
