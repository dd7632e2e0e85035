"""What holds of every rule: no change is no money, chance is covered, nothing looks ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnosis.registry import detectors
from engine.prices import Prices
from engine.record.record import Record, prepare
from engine.rules.registry import MOST, rule_named, rules, rules_for
from engine.rules.rule import HORIZON, try_rule
from tests.engine.biases.records import random_trader, years_of_prices

PRICES = years_of_prices(4000, 600)
IDLE = {
    "few_switches": 1000.0,
    "wait_to_rebuy": 0.0,
    "cap_one_name": 1.0,
    "no_adding_to_losers": 1.0,
}
WITHOUT_DELAY = ("keep_winners", "cooling_off", "calm_sales")


def person(seed: int, prices: Prices = PRICES, days: int = 100) -> Record:
    trades = random_trader(prices, seed, days=days)
    return prepare(trades, prices, until=prices.days[-1].item())


def fair_market(seed: int, rows: int = 500, count: int = 20) -> Prices:
    """Prices of which nothing can be foretold: every daily return has mean 0, in part in common."""
    rng = np.random.default_rng(seed)
    moves = 1.0 + rng.normal(0.0, 0.01, size=(rows, 1)) + rng.normal(0.0, 0.015, (rows, count))
    days = np.busday_offset(np.datetime64("2018-01-01", "D"), np.arange(rows), roll="forward")
    return Prices.from_closes(
        tuple(f"S{n:02}" for n in range(count)), days, 100.0 * np.cumprod(moves, axis=0)
    )


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_rule_that_changes_nothing_brings_nothing(seed: int) -> None:
    record = person(seed)
    for name, parameter in IDLE.items():
        rule = rule_named(name)
        assert rule is not None
        found = try_rule(replace(rule, parameter=parameter), record, np.random.default_rng(1))
        assert (found.changed, found.known, found.yearly) == (0, 0, 0.0), name
        assert (found.interval, found.share, found.examples) == ((0.0, 0.0), 0.0, ())
        assert found.of > 0
    for name in WITHOUT_DELAY:
        rule = rule_named(name)
        assert rule is not None
        found = try_rule(replace(rule, parameter=0.0), record, np.random.default_rng(1))
        if found.known or not found.changed:
            assert found.yearly == pytest.approx(0.0, abs=1e-9), name


@given(st.integers(0, 10_000), st.sampled_from([2.0, 0.25, 10.0]))
@settings(max_examples=10, deadline=None)
def test_twice_the_shares_are_twice_the_money(seed: int, factor: float) -> None:
    trades = random_trader(PRICES, seed, days=100)
    last = PRICES.days[-1].item()
    more = [replace(t, quantity=t.quantity * Decimal(str(factor))) for t in trades]
    small, large = prepare(trades, PRICES, until=last), prepare(more, PRICES, until=last)
    for rule in rules():
        one = try_rule(rule, small, np.random.default_rng(1))
        two = try_rule(rule, large, np.random.default_rng(1))
        assert (one.changed, one.of, one.known) == (two.changed, two.of, two.known), rule.name
        if one.yearly is not None and two.yearly is not None:
            assert two.yearly == pytest.approx(factor * one.yearly, rel=1e-9, abs=1e-6)
            assert two.share == pytest.approx(one.share, rel=1e-9, abs=1e-12)


def test_somebody_who_trades_by_chance_is_told_nothing_in_nine_cases_of_ten() -> None:
    people = [person(seed, fair_market(seed)) for seed in range(80)]
    for rule in rules():
        covered, told, money = 0, 0, []
        for seed, record in enumerate(people):
            found = try_rule(rule, record, np.random.default_rng(seed))
            if found.interval is None or found.known < 10:
                continue
            told += 1
            covered += found.interval[0] <= 0.0 <= found.interval[1]
            money.append(found.share or 0.0)
        assert told > 30, rule.name
        assert 0.8 <= covered / told <= 0.98, (rule.name, covered, told)
        # no rule is better than another against chance: the mean over people is about 0
        assert abs(np.mean(money)) < 3.5 * np.std(money) / np.sqrt(told), rule.name


def test_the_outcome_is_that_of_trades_whose_horizon_is_over_and_nothing_later() -> None:
    """What happens after the last complete horizon changes nothing."""
    record = person(7)
    rows = record.row_of(record.history.decisions.day)
    last = int(rows.max())
    cut = PRICES.close.copy()
    cut[min(last + HORIZON, len(cut) - 1) + 1 :] *= 3.7
    other = prepare(
        random_trader(PRICES, 7, days=100),
        Prices.from_closes(PRICES.symbols, PRICES.days, cut),
        until=PRICES.days[min(last + HORIZON, len(cut) - 1)].item(),
    )
    for rule in rules():
        one = try_rule(rule, record, None)
        two = try_rule(rule, other, None)
        assert (one.changed, one.known, one.examples) == (two.changed, two.known, two.examples)


def test_somebody_without_trades() -> None:
    empty = prepare([], PRICES, until=PRICES.days[-1].item())
    bare = Prices.from_closes((), PRICES.days[:0].copy(), np.zeros((0, 0)))
    priceless = prepare(
        random_trader(PRICES, 3, days=30), bare, until=PRICES.days[-1].item() + timedelta(days=1)
    )
    for rule in rules():
        found = try_rule(rule, empty, np.random.default_rng(1))
        assert (found.changed, found.of, found.yearly) == (0, 0, 0.0)
        unpriced = try_rule(rule, priceless, np.random.default_rng(1))
        assert (unpriced.known, unpriced.examples) == (0, ())


def test_every_bias_finds_its_rules() -> None:
    assert len(rules()) == 9
    first = {
        "disposition": "keep_winners",
        "sunk_cost": "no_adding_to_losers",
        "overconfidence": "few_switches",
        "panic_selling": "calm_sales",
        "regret": "wait_to_rebuy",
        "recency": "no_jumpers",
        "under_diversification": "cap_one_name",
    }
    for bias, name in first.items():
        assert rules_for(bias)[0].name == name
    for bias in ("fomo", "lottery", "attention", "herding"):
        assert {rule.name for rule in rules_for(bias)} >= {"cooling_off", "no_jumpers"}
    for detector in detectors():
        helpful = rules_for(detector.bias.name)
        assert 1 <= len(helpful) <= MOST, detector.bias.name
    assert rules_for("unheard of") == ()
    assert rule_named("unheard of") is None
    for rule in rules():
        assert rule.parameter >= 0
        assert len(set(rule.biases)) == len(rule.biases) >= 2
