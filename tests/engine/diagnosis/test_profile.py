"""The whole examination: real investors, invariances, people without bias, and no look-ahead."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta, timezone
from decimal import Decimal
from functools import cache
from math import isnan
from uuid import uuid4

import numpy as np
import pytest

from engine.diagnosis import (
    DISCRETIONARY,
    EVERY_TRADE,
    BiasFinding,
    Calibration,
    Label,
    Profile,
    examine,
)
from engine.diagnosis.examination import discover
from engine.diagnosis.registry import detectors
from engine.ledger import Kind, Trade
from engine.price_file import PriceFile, read_prices
from engine.prices import Prices
from engine.record.record import prepare
from engine.trade_file import TradeFile, read_trades
from tests.engine.biases.records import (
    SHARED,
    flat_prices,
    random_trader,
    real_prices,
    trades_of,
    years_of_prices,
)

FIVE = ("44382", "46Z68", "4Q17Z", "62NQ8", "743Q1")


@cache
def shared_files() -> tuple[TradeFile, PriceFile, dict[str, dict[str, str]]]:
    if not SHARED.is_dir():
        pytest.skip("the data of the five real investors is not at hand")
    with (SHARED / "investors_disposition_mh.csv").open(encoding="utf-8") as file:
        wanted = {row["investor"]: row for row in csv.DictReader(file)}
    trades = read_trades((SHARED / "investors_transactions.csv").read_text(encoding="utf-8"))
    prices = read_prices((SHARED / "investors_marketprices.csv").read_text(encoding="utf-8"))
    return trades, prices, wanted


def by_name(profile: Profile) -> dict[str, BiasFinding]:
    return {finding.bias: finding for finding in profile.findings}


def look(trades: list[Trade], prices: Prices, until: date | None = None) -> Profile:
    day = until or prices.last_day
    assert day is not None
    return examine(trades, prices, until=day, rng=np.random.default_rng(1))


@pytest.mark.parametrize("investor", FIVE)
def test_real_investors(investor: str) -> None:
    trades, prices, wanted = shared_files()
    profile = examine(
        trades.by_investor[investor],
        prices.prices,
        until=date(2019, 12, 31),
        rng=np.random.default_rng(1),
        convention=EVERY_TRADE,
        quotes=prices.quotes,
    )
    finding, row = by_name(profile)["disposition"], wanted[investor]
    assert finding.theta == pytest.approx(float(row["mh_lnOR"]), abs=5e-4)
    assert finding.se == pytest.approx(float(row["mh_se"]), abs=5e-4)
    assert finding.measures["sale_days"] == float(row["mh_days"])
    assert finding.measures["pgr"] == pytest.approx(float(row["PGR"]), abs=5.1e-4)
    assert finding.measures["plr"] == pytest.approx(float(row["PLR"]), abs=5.1e-4)
    assert finding.measures["odean_t"] == pytest.approx(float(row["odean_t"]), abs=6e-3)
    counts = {key: finding.measures[key.lower()] for key in ("RG", "PG", "RL", "PL")}
    expected = {key: float(row[key]) for key in counts}
    if investor == "62NQ8":
        # The reference counts two positions (MEC) that stand at exactly their cost as losses: its
        # average of two purchases at .1482 is .14820000000000003. Equal is neither here.
        expected["PL"] -= 2
    assert counts == expected
    assert profile.trades == int(row["ntrx"])  # rows of quantity 0 are not in it


def test_real_investors_as_the_product_sees_them() -> None:
    """The filters change the figures, not the verdict on those whose effect is beyond doubt."""
    trades, prices, _ = shared_files()
    for investor in ("44382", "46Z68", "62NQ8"):
        profile = examine(
            trades.by_investor[investor],
            prices.prices,
            until=date(2019, 12, 31),
            rng=np.random.default_rng(1),
            quotes=prices.quotes,
        )
        finding = by_name(profile)["disposition"]
        assert finding.detected
        assert finding.label in (Label.LIKELY, Label.STRONG)


def test_theta_does_not_depend_on_how_the_record_is_written() -> None:
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 8, days=120, tilt=0.8, down=0.5)
    base = by_name(look(trades, prices))
    scaled_prices = Prices.from_closes(prices.symbols, prices.days, prices.close * 3)
    scaled = [replace(t, price=t.price * 3, quantity=t.quantity * 7) for t in trades]
    names = {symbol: f"Z{99 - n}" for n, symbol in enumerate(prices.symbols)}
    renamed_prices = Prices.from_closes(tuple(names.values()), prices.days, prices.close)
    renamed = [replace(t, symbol=names[t.symbol]) for t in trades]
    third = Decimal("0.25")
    split = [
        part
        for t in trades
        for part in (
            replace(t, quantity=t.quantity * third, fee=t.fee * third),
            replace(t, id=uuid4(), quantity=t.quantity * (1 - third), fee=t.fee * (1 - third)),
        )
    ]
    elsewhere = [replace(t, at=t.at.astimezone(timezone(timedelta(hours=9)))) for t in trades]
    shifted = [replace(t, at=t.at + timedelta(hours=5)) for t in trades]
    variants = {
        "scaled": (scaled, scaled_prices),
        "renamed": (renamed, renamed_prices),
        "split": (split, prices),
        "another zone": (elsewhere, prices),
        "shifted": (shifted, prices),
    }
    for name, (other_trades, other_prices) in variants.items():
        other = by_name(look(other_trades, other_prices))
        for bias in ("disposition", "sunk_cost"):
            assert other[bias].theta == pytest.approx(base[bias].theta, abs=1e-9), (name, bias)
            assert other[bias].se == pytest.approx(base[bias].se, abs=1e-9), (name, bias)
        turnover = base["overconfidence"].measures["turnover"]
        assert other["overconfidence"].measures["turnover"] == pytest.approx(turnover), name


def test_selling_one_more_winner_never_lowers_theta() -> None:
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 9, days=120)
    assert prices.last_day is not None
    record = prepare(trades, prices, until=prices.last_day)
    last = record.history.days[-1].item()
    row = prices.row_at(last)
    made = record.history
    here = made.holdings.day == len(made.days) - 1
    sold = {t.symbol for t in trades if t.at.date() == last}
    before = by_name(look(trades, prices))["disposition"].theta
    tried = 0
    for symbol, quantity, cost in zip(
        made.holdings.symbol[here],
        made.holdings.quantity[here],
        made.holdings.cost[here],
        strict=True,
    ):
        name = made.symbols[symbol]
        price = float(prices.close[row, prices.column(name)])
        if name in sold or price <= cost * 1.01:
            continue
        extra = replace(
            trades[-1],
            id=uuid4(),
            kind=Kind.SELL,
            symbol=name,
            quantity=Decimal(str(quantity)),
            price=Decimal(str(price)),
        )
        tried += 1
        assert by_name(look([*trades, extra], prices))["disposition"].theta >= before - 1e-12
    assert tried


def test_people_without_a_bias_are_left_alone() -> None:
    """400 random traders on real prices: 2 to 8 % exceed the 5 % point; few score 50 or more."""
    names = ("disposition", "sunk_cost")  # the others' nulls are in their own files
    tested = {d.bias.name: d.detect for d in detectors() if d.bias.name in names}
    windows = [years_of_prices(row, 504) for row in range(300, 7700, 900)]
    found: dict[str, list[BiasFinding]] = {name: [] for name in names}
    for seed in range(400):
        prices = windows[seed % len(windows)]
        assert prices.last_day is not None
        record = prepare(random_trader(prices, 1000 + seed, days=80), prices, until=prices.last_day)
        for name, detect in tested.items():
            found[name].append(detect(record, None))
    for name in names:
        enough = [f for f in found[name] if f.label is not Label.INSUFFICIENT]
        z = np.array([f.theta / f.se for f in enough])
        assert len(z) >= 350
        assert 0.02 <= np.mean(z > 1.645) <= 0.08, name
        assert 0.02 <= np.mean(np.abs(z) > 1.96) <= 0.08, name
        assert np.mean([f.intensity >= 50 for f in enough]) < 0.05, name


def test_the_future_changes_nothing() -> None:
    whole = real_prices()
    until = whole.days[5000].item()
    trades = random_trader(years_of_prices(4200, 1200), 4, days=200, tilt=1.0, down=1.0)
    poisoned = whole.close.copy()
    poisoned[5001:] *= np.random.default_rng(1).uniform(0.1, 10, poisoned[5001:].shape)
    other = Prices.from_closes(whole.symbols, whole.days, poisoned)
    known = [t for t in trades if t.at.date() <= until]
    with_future = look(trades, whole, until)
    # By their text, as what cannot be computed is NaN.
    assert repr(with_future.findings) == repr(look(trades, other, until).findings)
    assert repr(with_future.findings) == repr(look(known, whole.until(until), until).findings)
    assert {d.reason for d in with_future.dropped} == {"after_until"}
    assert len(with_future.dropped) == len(trades) - len(known)


def test_every_bias_file_is_found() -> None:
    names = [detector.bias.name for detector in detectors()]
    assert {"disposition", "overconfidence", "sunk_cost"} <= set(names)
    assert names == sorted(names)
    prices = flat_prices("2024-01-01", 30, {"A": 100.0})
    assert {f.bias for f in look([], prices).findings} == set(names)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-01-02 buy 10 A 100",
        "2024-01-02 sell 10 A 100",
        "2024-01-02 buy 10 A 100\n2024-01-02 sell 10 A 100",
        "2024-01-06 buy 10 NOWHERE 100\n2024-01-20 sell 10 NOWHERE 120",
        "2023-01-02 buy 10 A 100\n2024-01-08 sell 10 A 90",
    ],
)
def test_small_and_odd_records(text: str) -> None:
    prices = flat_prices("2024-01-01", 30, {"A": 100.0, "B": 90.0})
    profile = look(trades_of(text) if text else [], prices)
    assert profile.trades == len(text.splitlines())
    assert all(f.label is Label.INSUFFICIENT for f in profile.findings)
    assert not any(f.detected for f in profile.findings)
    if "NOWHERE" in text:
        assert "unpriced_symbols" in profile.caveats


def test_no_prices_at_all() -> None:
    nothing = Prices.from_closes((), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 0)))
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-05 buy 5 B 10\n2024-01-08 sell 10 A 90")
    profile = examine(trades, nothing, until=date(2024, 2, 1), rng=np.random.default_rng(1))
    assert all(f.label is Label.INSUFFICIENT for f in profile.findings)
    assert "unpriced_symbols" in profile.caveats


def test_unsplit_prices_are_said_and_kept_out_of_the_costs() -> None:
    falls = [120.0] * 40 + [30.0] * 60
    prices = flat_prices("2024-01-01", 100, {"A": falls, "B": 80.0, "C": 120.0})
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-02 buy 10 C 100
        2024-01-30 sell 10 A 120
        2024-04-02 sell 10 C 120"""
    )
    profile = look(trades, prices)
    assert "unsplit_prices" in profile.caveats
    assert by_name(profile)["disposition"].evidence[0].kappa is None


def test_prices_in_another_unit_are_said() -> None:
    prices = flat_prices("2024-01-01", 100, {"A": 1.2, "B": 80.0})
    assert "prices_disagree" in look(trades_of("2024-01-02 buy 10 A 120"), prices).caveats


def test_false_discoveries_are_controlled_over_the_biases_tested() -> None:
    prices = years_of_prices(4000, 756)
    finding = by_name(look(random_trader(prices, 8, days=120), prices))["disposition"]

    def with_p(name: str, p: float, label: Label = Label.LIKELY) -> BiasFinding:
        return replace(finding, bias=name, label=label, measures={"p_value": p})

    tested = (with_p("a", 0.04), with_p("b", 0.08), with_p("c", 0.5))
    assert [f.detected for f in discover(tested)] == [False, False, False]  # q = .12, .12, .5
    fewer = (with_p("a", 0.04), with_p("b", 0.08), with_p("c", 0.5, Label.INSUFFICIENT))
    assert [f.detected for f in discover(fewer)] == [True, True, False]
    weak = [replace(with_p("a", p), calibration=Calibration.WEAK) for p in (0.02, 0.01)]
    assert [discover((f,))[0].detected for f in weak] == [False, True]


def test_the_strongest_comes_first() -> None:
    prices = years_of_prices(4000, 756)
    profile = look(random_trader(prices, 5, days=200, tilt=1.6), prices)
    assert profile.findings[0].bias == "disposition"
    assert profile.findings[0].detected
    assert profile.first is not None
    assert profile.last is not None
    assert profile.first < profile.last


def test_the_same_randomness_gives_the_same_profile() -> None:
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 5, days=100, tilt=1.0)
    one, other = look(trades, prices), look(trades, prices)
    assert repr(one) == repr(other)  # NaN included


def test_without_randomness_only_the_intervals_are_missing() -> None:
    prices = years_of_prices(4000, 756)
    assert prices.last_day is not None
    trades = random_trader(prices, 5, days=200, tilt=1.6)
    record = prepare(trades, prices, until=prices.last_day, convention=DISCRETIONARY)
    for detector in detectors():
        quick = detector.detect(record, None)
        full = detector.detect(record, np.random.default_rng(1))
        assert quick.cost_ci is None
        assert quick.n == full.n
        if not isnan(full.theta) and detector.bias.name != "overconfidence":
            assert (quick.theta, quick.cost) == (full.theta, full.cost)
            # The errors of what is measured, and of panic sales, come from resampled blocks.
            drawn = detector.bias.name == "panic_selling" or full.label is Label.MEASURED
            assert drawn or quick.se == full.se
