"""Contributions: parts that add up, in money and in return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backtest.attribution.holdings import asset_returns, contribute, during, earn, split
from engine.backtest.attribution.linking import grap
from engine.backtest.path import Path
from engine.returns import NoReturn
from tests.engine.backtest.attribution_paths import draw, linked


@given(seed=st.integers(0, 10_000), cut=st.integers(0, 30))
def test_parts_add_up(seed: int, cut: int) -> None:
    path = draw(seed).path
    rows = slice(cut, cut + 10)
    for found in (contribute(path, rows), contribute(path, rows, grap)):
        whole = found.holdings.sum() + found.interest + found.costs
        assert whole == pytest.approx(linked(path.returns[rows]), abs=1e-12)
        assert found.total == pytest.approx(whole, abs=1e-12)
    money = earn(path, rows)
    before = path.values[cut - 1] if cut else 0.0
    gained = path.values[rows][-1] - before - path.flows[rows].sum()
    assert money.total == pytest.approx(gained, abs=1e-8)
    assert money.holdings.sum() + money.interest + money.costs == pytest.approx(gained, abs=1e-8)


def test_twenty_names_over_thirty_years() -> None:
    path = draw(1, 8313, 20).path
    found = contribute(path)
    assert found.total == pytest.approx(linked(path.returns), rel=1e-11)
    parts = found.holdings.sum() + found.interest + found.costs
    assert abs(parts - found.total) <= 1e-12 * max(1.0, abs(found.total))


def two_days() -> Path:
    """100 comes in and buys A for 60; A rises 10 % and pays 1; interest 0.4, costs 0.2."""
    return Path(
        ("A", "B"),
        np.array(["2024-01-02", "2024-01-03"], "datetime64[D]"),
        np.array([100.0, 107.2]),
        np.array([100.0, 0.0]),
        np.array([0.0, 0.072]),
        np.array([[60.0, 0.0], [66.0, 0.0]]),
        np.array([[60.0, 0.0], [0.0, 0.0]]),
        np.array([[0.0, 0.0], [1.0, 0.0]]),
        np.array([40.0, 41.2]),
        np.array([0.0, 0.4]),
        np.array([0.0, 0.2]),
    )


def test_by_hand() -> None:
    found, money = contribute(two_days()), earn(two_days())
    assert found.price == pytest.approx([0.06, 0.0], abs=1e-15)
    assert found.dividends == pytest.approx([0.01, 0.0])
    assert (found.interest, found.costs) == pytest.approx((0.004, -0.002))
    assert money.holdings == pytest.approx([7.0, 0.0])
    assert (money.interest, money.costs, money.total) == pytest.approx((0.4, -0.2, 7.2))


def test_days_without_anything_earn_nothing() -> None:
    path = two_days()
    out = replace(path, returns=np.array([np.nan, 0.072]), flows=np.array([0.0, 100.0]))
    out = replace(
        out,
        values=np.array([0.0, 107.2]),
        worth=np.array([[0.0, 0.0], [66.0, 0.0]]),
        traded=np.array([[0.0, 0.0], [60.0, 0.0]]),
        cash=np.array([0.0, 41.2]),
    )
    assert out.imbalance() < 1e-12
    assert split(out).capital.tolist() == [0.0, 100.0]
    assert contribute(out).total == pytest.approx(0.072)


def test_a_gain_on_nothing_has_no_return() -> None:
    path = two_days()
    with pytest.raises(NoReturn, match="no capital"):
        contribute(replace(path, returns=np.array([0.0, np.nan])))


def test_a_return_tells_the_capital_where_flows_are_net() -> None:
    """50 came in for a purchase and 50 went out again on the day: it started with 150."""
    path = replace(two_days(), returns=np.array([0.0, 7.2 / 150]))
    assert split(path).capital.tolist() == pytest.approx([100.0, 150.0])
    assert contribute(path).price[0] == pytest.approx(0.04)
    with pytest.raises(ValueError, match="2024-01-03 is not its gain"):
        split(replace(path, returns=np.array([0.0, -0.01])))


def test_a_total_loss_is_all_there_is() -> None:
    """A fee that ate the last money, after a gain."""
    days = np.array(["2024-01-02", "2024-01-03", "2024-01-04"], "datetime64[D]")
    nothing = np.zeros((3, 1))
    path = Path(
        ("A",),
        days,
        np.array([10.0, 11.0, 0.0]),
        np.array([10.0, 0.0, 0.0]),
        np.array([0.0, 0.1, -1.0]),
        nothing,
        nothing,
        nothing,
        np.array([10.0, 11.0, 0.0]),
        np.array([0.0, 1.0, 0.0]),
        np.array([0.0, 0.0, 11.0]),
    )
    found = contribute(path)
    assert (found.interest, found.costs, found.total) == (0.0, -1.0, -1.0)


def test_the_rows_of_a_time() -> None:
    path = two_days()
    assert during(path, None, None) == slice(0, 2)
    assert during(path, date(2024, 1, 3), None) == slice(1, 2)
    assert during(path, None, date(2024, 1, 2)) == slice(0, 1)


def test_returns_of_assets() -> None:
    mark = np.array([[10.0, np.nan], [11.0, 5.0], [11.0, 6.0]])
    paid = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.0]])
    found = asset_returns(mark, paid, (1, -1))
    expected = [[np.nan, np.nan], [0.15, np.nan], [np.nan, 0.2]]
    assert found == pytest.approx(np.array(expected), nan_ok=True)
