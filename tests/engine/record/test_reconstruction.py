"""Decisions out of fills: costs, merging, splits, what is left out and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest

from engine.diagnosis import DISCRETIONARY, EVERY_TRADE, Convention
from engine.ledger import Kind, LotMethod, Trade
from engine.record.discretion import find_discretionary
from engine.record.fills import collect_fills
from engine.record.reconstruction import History, reconstruct
from tests.engine.biases.records import trades_of

LATER = date(2100, 1, 1)


def history(trades: list[Trade], convention: Convention = DISCRETIONARY) -> History:
    return reconstruct(collect_fills(trades, LATER), convention)


def counted(trades: list[Trade], convention: Convention = DISCRETIONARY) -> list[bool]:
    made = history(trades, convention)
    flags: list[bool] = find_discretionary(made, convention).tolist()
    return flags


def test_average_cost_includes_fees() -> None:
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-03 buy 10 A 120", fee="5")
    ((_, quantity, cost, _),) = history(trades).final
    assert quantity == 20
    assert cost == pytest.approx((1005 + 1205) / 20)


def test_fifo_takes_the_oldest_shares() -> None:
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-03 buy 10 A 120\n2024-01-04 sell 15 A 130")
    fifo = replace(DISCRETIONARY, lots=LotMethod.FIFO)
    made = history(trades, fifo)
    assert made.decisions.cost[-1] == pytest.approx((10 * 100 + 5 * 120) / 15)
    assert made.final[0][2] == pytest.approx(120)


def test_fills_of_a_day_become_one_decision() -> None:
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-03 sell 4 A 110
        2024-01-03 sell 6 A 120"""
    )
    made = history(trades).decisions
    assert made.quantity.tolist() == [10, 10]
    assert made.price.tolist() == [100, pytest.approx(116)]
    assert made.closes.tolist() == [False, True]
    assert history(trades, EVERY_TRADE).decisions.price[-1] == 110  # the first fill


def test_holdings_are_those_at_the_open() -> None:
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-05 buy 5 B 50
        2024-01-08 sell 10 A 90
        2024-01-09 buy 1 C 10"""
    )
    made = history(trades)
    held = [
        (made.days[d].item().day, made.symbols[s], q)
        for d, s, q in zip(
            made.holdings.day, made.holdings.symbol, made.holdings.quantity, strict=True
        )
    ]
    assert held == [(5, "A", 10), (8, "A", 10), (8, "B", 5), (9, "B", 5)]


def test_splits_adjust_what_came_before() -> None:
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-02-01 buy 5 A 60")
    split = Trade(
        UUID(int=99), datetime(2024, 1, 15, tzinfo=UTC), Kind.SPLIT, "A", Decimal(2), Decimal(0)
    )
    ((_, quantity, cost, _),) = history([*trades, split]).final
    assert quantity == 25
    assert cost == pytest.approx((20 * 50 + 5 * 60) / 25)


def test_shares_bought_before_the_record_are_left_out_and_listed() -> None:
    trades = trades_of(
        """2024-01-02 sell 10 A 100
        2024-01-03 buy 5 B 10
        2024-01-04 sell 8 B 12"""
    )
    made = history(trades)
    assert [(d.trade_id, d.reason) for d in made.dropped] == [
        (str(trades[0].id), "opened_before_file"),
        (str(trades[2].id), "opened_before_file"),
    ]
    assert made.decisions.quantity.tolist() == [5, 5]  # the part of B that is known
    assert made.final == ()


def test_short_sales_where_they_are_meant() -> None:
    trades = trades_of("2024-01-02 sell 10 A 100\n2024-01-04 buy 15 A 90")
    made = history(trades, EVERY_TRADE)
    assert made.dropped == ()
    assert made.decisions.held.tolist() == [0, -10]
    assert made.final == ((0, 5.0, 90.0, 1),)


def test_zero_quantities_and_prices_are_dropped_and_listed() -> None:
    trades = trades_of("2024-01-02 buy 0 A 100\n2024-01-02 buy 1 A 0\n2024-01-02 buy 1 A 5")
    broken = replace(trades[2], id=UUID(int=9), quantity=Decimal("NaN"))
    made = history([*trades, broken])
    assert [d.reason for d in made.dropped] == ["zero_quantity", "no_price", "zero_quantity"]
    assert len(made.decisions.day) == 1


def test_trades_after_the_day_of_asking_do_not_exist() -> None:
    trades = trades_of("2024-01-02 buy 1 A 100\n2024-01-05 sell 1 A 90")
    fills = collect_fills(trades, date(2024, 1, 4))
    assert [d.reason for d in fills.dropped] == ["after_until"]
    assert len(fills.days) == 1


def test_planned_trades_are_no_decisions() -> None:
    trades = trades_of("2024-01-02 buy 10 A 100\n2024-01-05 sell 10 A 90 planned")
    assert counted(trades) == [True, False]
    assert counted(trades, EVERY_TRADE) == [True, True]


def test_trims_and_top_ups_are_no_decisions() -> None:
    trades = trades_of(
        """2024-01-02 buy 100 A 100
        2024-01-03 sell 19 A 90
        2024-01-04 buy 16 A 90
        2024-01-05 sell 20 A 90"""
    )
    assert counted(trades) == [True, False, False, True]


def test_a_savings_plan_is_no_decision() -> None:
    months = ["2024-01-02", "2024-02-02", "2024-03-04", "2024-04-02", "2024-05-02"]
    plan = "\n".join(f"{day} buy 10 A {100 + n}" for n, day in enumerate(months))
    assert counted(trades_of(plan)) == [False] * 5
    assert counted(trades_of("\n".join(plan.splitlines()[:3]))) == [True] * 3  # too few to tell
    trading = [f"{day} sell 10 A 90" for day in ("2024-01-20", "2024-02-20", "2024-03-20")]
    assert all(counted(trades_of("\n".join(sorted([*plan.splitlines(), *trading])))))
    irregular = "\n".join(
        f"{day} buy 10 A 100" for day in ("2024-01-02", "2024-01-12", "2024-03-04", "2024-03-20")
    )
    assert counted(trades_of(irregular)) == [True] * 4


def test_selling_everything_is_no_choice() -> None:
    trades = trades_of(
        """2024-01-02 buy 10 A 100
        2024-01-02 buy 10 B 100
        2024-01-05 sell 10 A 90
        2024-01-05 sell 10 B 90"""
    )
    assert counted(trades) == [True, True, False, False]
    assert counted(trades[:3]) == [True, True, True]


def test_dust_of_fractional_shares_closes_the_position() -> None:
    trades = trades_of(
        "2024-01-02 buy 0.1 A 100\n2024-01-03 buy 0.2 A 100\n2024-01-04 sell 0.3 A 90"
    )
    made = history(trades)
    assert made.final == ()
    assert bool(made.decisions.closes[-1])
    assert made.dropped == ()


def test_nothing_at_all() -> None:
    made = history([])
    assert made.symbols == ()
    assert len(made.holdings.day) == 0
    assert np.array_equal(find_discretionary(made, DISCRETIONARY), np.zeros(0, dtype=bool))
