"""Each rule on a hand-made ledger: which trades it changes, and the money to the cent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.biases import sunk_cost
from engine.prices import Prices
from engine.record.context import Context
from engine.record.record import Record, prepare
from engine.rules.registry import rule_named
from engine.rules.rule import HORIZON, Outcome, Rule, try_rule
from tests.engine.biases.records import flat_prices, random_trader, trades_of, years_of_prices

ROWS = 140
DAYS = np.busday_offset(np.datetime64("2024-01-01", "D"), np.arange(ROWS), roll="forward")


def path(start: float, jumps: dict[int, float]) -> list[float]:
    """A constant price that changes by a factor on some rows."""
    price, found = start, []
    for row in range(ROWS):
        price *= 1.0 + jumps.get(row, 0.0)
        found.append(price)
    return found


def market(**closes: list[float]) -> Prices:
    return flat_prices("2024-01-01", ROWS, closes)


def ledger(*lines: tuple[int, str], prices: Prices, fee: str = "0", **more: Context) -> Record:
    text = "\n".join(f"{DAYS[row]} {line}" for row, line in lines)
    return prepare(trades_of(text, fee), prices, until=DAYS[-1].item(), **more)


def outcome(name: str, record: Record, parameter: float | None = None) -> Outcome:
    rule = named(name)
    if parameter is not None:
        rule = replace(rule, parameter=parameter)
    return try_rule(rule, record, np.random.default_rng(1))


def named(name: str) -> Rule:
    found = rule_named(name)
    assert found is not None
    return found


def money(found: Outcome, record: Record) -> float:
    """Over the whole record."""
    assert found.yearly is not None
    return found.yearly * record.years(HORIZON)


def test_winners_kept_for_a_quarter_more() -> None:
    """A gains 10 % after the sale, B nothing: the market of both 5 %."""
    prices = market(A=path(110, {20: 0.1}), B=path(50, {}))
    record = ledger((2, "buy 10 A 100"), (10, "sell 10 A 110"), prices=prices)
    found = outcome("keep_winners", record)
    assert (found.changed, found.of, found.known, found.unit) == (1, 1, 1, "sales")
    assert money(found, record) == pytest.approx(1100 * (0.10 - 0.05))
    (example,) = found.examples
    assert (example.symbol, example.kappa) == ("A", pytest.approx(55))
    # for five days more it is not there yet when A gains
    assert money(outcome("keep_winners", record, 5), record) == pytest.approx(0.0)
    loser = ledger((2, "buy 10 A 120"), (10, "sell 10 A 110"), prices=prices)
    assert outcome("keep_winners", loser).changed == 0
    assert outcome("keep_winners", loser).of == 1


def test_sold_in_three_parts() -> None:
    """A gains 10 % in the first month and 10 % in the second; the market half of each."""
    prices = market(A=path(110, {20: 0.1, 45: 0.1}), B=path(50, {}))
    record = ledger((2, "buy 10 A 100"), (10, "sell 10 A 110"), prices=prices, fee="1")
    now = 1.105  # the market over all of it: A 21 %
    second, third = 1.1 * 1.05, 1.21
    found = outcome("sell_in_thirds", record)
    assert money(found, record) == pytest.approx(1100 / 3 * (second - now + third - now) - 2)
    halves = outcome("sell_in_thirds", record, 2)
    assert money(halves, record) == pytest.approx(1100 / 2 * (second - now) - 1)


def test_a_week_before_a_purchase() -> None:
    """A jumps 10 % in the week in which the money is in the market."""
    prices = market(A=path(100, {12: 0.1}), B=path(50, {}))
    record = ledger((10, "buy 10 A 100"), prices=prices)
    found = outcome("cooling_off", record)
    assert money(found, record) == pytest.approx(1000 * (1.05 - 1.10))
    assert outcome("cooling_off", record).interval is not None


def test_nothing_added_to_losers() -> None:
    prices = market(A=path(80, {20: -0.1}), B=path(120, {}))
    record = ledger(
        (2, "buy 10 A 100"),
        (2, "buy 10 B 100"),
        (10, "buy 10 A 80"),
        (12, "buy 5 B 120"),
        prices=prices,
    )
    found = outcome("no_adding_to_losers", record)
    assert (found.changed, found.of) == (1, 2)
    assert money(found, record) == pytest.approx(800 * (0.10 - 0.05))
    (evidence,) = sunk_cost.detect(record, None).evidence
    assert evidence.kappa == pytest.approx(money(found, record))


def test_nothing_bought_that_has_jumped() -> None:
    """A gains 30 % within the month before, then loses 10 %; nine others stand still."""
    still = {f"S{n}": path(50, {}) for n in range(9)}
    prices = market(A=path(100, {40: 0.3, 60: -0.1}), **still)
    record = ledger((45, "buy 10 A 130"), (46, "buy 10 S3 50"), prices=prices)
    found = outcome("no_jumpers", record)
    assert (found.changed, found.of) == (1, 2)
    assert money(found, record) == pytest.approx(1300 * (0.10 - 0.01))
    late = ledger((68, "buy 10 A 117"), (69, "buy 10 S3 50"), prices=prices)
    assert outcome("no_jumpers", late).changed == 0  # a month later A has only fallen


def test_no_sale_in_a_fall() -> None:
    """The portfolio is 15 % down within the month; A comes back by 10 % soon after the sale."""
    prices = market(A=path(100, {30: -0.15, 45: 0.1}), B=path(50, {}))
    record = ledger((2, "buy 10 A 100"), (35, "sell 10 A 85"), prices=prices)
    found = outcome("calm_sales", record)
    assert (found.changed, found.of) == (1, 1)
    assert money(found, record) == pytest.approx(850 * 0.10)
    calm = ledger((2, "buy 10 A 100"), (29, "sell 10 A 100"), prices=prices)
    assert outcome("calm_sales", calm).changed == 0


def test_one_switch_a_month() -> None:
    """A for B on rows 10 and 11, B for C on 13 and 14, all in January; the second is not made."""
    prices = market(A=path(100, {}), B=path(100, {20: 0.04}), C=path(100, {20: -0.06}))
    lines = (
        (2, "buy 10 A 100"),
        (10, "sell 10 A 100"),
        (11, "buy 10 B 100"),
        (13, "sell 10 B 100"),
        (14, "buy 8 C 100"),
    )
    record = ledger(*lines, prices=prices, fee="2")
    found = outcome("few_switches", record)
    assert (found.changed, found.of) == (1, 2)
    # 800 changed hands: the fee of the purchase, and four fifths of that of the sale
    assert money(found, record) == pytest.approx(800 * 0.10 + 2 + 1.6)
    assert outcome("few_switches", record, 2).changed == 0
    assert outcome("few_switches", record, 0).changed == 2


def test_a_month_before_buying_back() -> None:
    """Bought back five days after the sale: A gains 10 % in the 16 days that are missing."""
    prices = market(A=path(100, {20: 0.1}), B=path(50, {}))
    lines = ((2, "buy 10 A 100"), (10, "sell 10 A 100"), (15, "buy 10 A 100"))
    record = ledger(*lines, prices=prices)
    found = outcome("wait_to_rebuy", record)
    assert (found.changed, found.of, found.unit) == (1, 1, "repurchases")
    assert money(found, record) == pytest.approx(1000 * (1.05 - 1.10))
    over = market(A=path(100, {33: 0.1}), B=path(50, {}))  # two days after the wait
    late = ledger(*lines, prices=over)
    assert money(outcome("wait_to_rebuy", late), late) == pytest.approx(0.0)
    patient = ledger(*lines[:2], (31, "buy 10 A 110"), (32, "buy 1 B 50"), prices=prices)
    assert (outcome("wait_to_rebuy", patient).changed, outcome("wait_to_rebuy", patient).of) == (
        0,
        1,
    )
    same_day = ledger(*lines[:2], (10, "buy 10 A 100"), prices=prices)
    assert outcome("wait_to_rebuy", same_day).changed == 1


def test_a_tenth_in_one_name() -> None:
    """Nine tenths of the first purchase, 350 of the 500 of the second."""
    prices = market(A=path(100, {20: -0.1}), B=path(50, {}))
    record = ledger((2, "buy 10 A 100"), (5, "buy 10 B 50"), prices=prices)
    found = outcome("cap_one_name", record)
    assert (found.changed, found.of) == (2, 2)
    assert money(found, record) == pytest.approx(900 * (0.10 - 0.05) + 350 * (0.0 - 0.05))
    assert outcome("cap_one_name", record, 1.0).changed == 0


def test_what_is_not_known_yet_is_changed_but_not_counted() -> None:
    prices = market(A=path(110, {}), B=path(50, {}))
    lines = ((2, "buy 10 A 100"), (10, "sell 10 A 110"), (20, "buy 10 A 110"))
    record = ledger(*lines, (ROWS - 20, "sell 10 A 121"), prices=prices)
    found = outcome("keep_winners", record)
    assert (found.changed, found.known) == (2, 1)
    assert len(found.examples) == 1
    recent = ledger((2, "buy 10 A 100"), (ROWS - 20, "sell 10 A 121"), prices=prices)
    nothing = outcome("keep_winners", recent)
    assert (nothing.changed, nothing.known) == (1, 0)
    assert (nothing.yearly, nothing.interval, nothing.share) == (None, None, None)
    # in a fall, and one month is over: but a rule is judged after three, like the others
    fallen = market(A=path(110, {ROWS - 45: -0.15}), B=path(50, {}))
    hasty = ledger((2, "buy 10 A 100"), (ROWS - 40, "sell 10 A 93.5"), prices=fallen)
    assert (outcome("calm_sales", hasty).changed, outcome("calm_sales", hasty).known) == (1, 0)


def test_one_share_alone_has_no_market_to_compare_with() -> None:
    prices = market(A=path(110, {20: 0.1}))
    lines = ((2, "buy 10 A 100"), (10, "sell 10 A 110"))
    assert outcome("keep_winners", ledger(*lines, prices=prices)).yearly is None
    named_one = ledger(
        *lines,
        prices=market(A=path(110, {20: 0.1}), IDX=path(10, {})),
        context=Context(benchmark="IDX"),
    )
    assert money(outcome("keep_winners", named_one), named_one) == pytest.approx(110)


def test_planned_trades_and_unpriced_shares() -> None:
    prices = market(A=path(110, {20: 0.1}), B=path(50, {}))
    planned = ledger((2, "buy 10 A 100"), (10, "sell 10 A 110 planned"), prices=prices)
    assert (outcome("keep_winners", planned).changed, outcome("keep_winners", planned).of) == (0, 0)
    unpriced = ledger((2, "buy 10 ZZZ 100"), (10, "sell 10 ZZZ 110"), prices=prices)
    assert (outcome("keep_winners", unpriced).changed, outcome("keep_winners", unpriced).known) == (
        1,
        0,
    )


def test_the_examples_are_those_that_matter_most_either_way() -> None:
    prices = years_of_prices(4000, 756)
    trades = random_trader(prices, 3, days=150)
    record = prepare(trades, prices, until=prices.days[-1].item())
    rule = named("cooling_off")
    found = try_rule(rule, record, None)
    assert found.interval is None
    gains = rule.change(record, rule.parameter).gain
    sizes = [abs(one.kappa or 0.0) for one in found.examples]
    assert sizes == pytest.approx(np.sort(np.abs(gains[~np.isnan(gains)]))[::-1][:3].tolist())
