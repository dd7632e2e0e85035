"""The rules at their edges, one by one, and input that cannot be used."""

from __future__ import annotations

import numpy as np
import pytest

from engine.disposition_effect import (
    Cell,
    MarketPrices,
    Measures,
    Method,
    MissingPrice,
    Transactions,
    UnknownThreshold,
    measure,
)
from engine.prices import Prices

MONDAY = np.datetime64("2021-01-04T10:00", "s")


def told(text: str) -> Transactions:
    """Lines like ``9 B A 10 @ 2.5``: hours after Monday 10:00, kind, asset, shares, price."""
    rows = [line.split() for line in text.strip().splitlines()]
    return Transactions.from_arrays(
        [row[2] for row in rows],
        [row[1] for row in rows],
        [float(row[3]) for row in rows],
        [float(row[5]) for row in rows],
        MONDAY + np.array([int(row[0]) for row in rows], dtype="timedelta64[h]"),
    )


def quoted(text: str = "") -> MarketPrices:
    """Lines like ``9 A 2.5``: hours after Monday 10:00, asset, price."""
    rows = [line.split() for line in text.strip().splitlines()]
    hours = np.array([int(row[0]) for row in rows], dtype="timedelta64[h]")
    return MarketPrices.from_arrays(
        [row[1] for row in rows], MONDAY + hours, [float(row[2]) for row in rows]
    )


def cells(made: Measures, asset: str, method: Method = Method.COUNT) -> list[float]:
    """RG, RL, PG, PL of one asset."""
    place = made.assets.index(asset)
    return [float(made.table.cell(cell, method)[place]) for cell in Cell]


def nothing(values: list[float]) -> bool:
    return bool(np.isnan(values).all())


def position(made: Measures, asset: str = "A") -> tuple[float, float, float]:
    """Shares, average cost, and hours after Monday 10:00 of the opening."""
    place = made.assets.index(asset)
    hours = (made.opened[place] - MONDAY.astype(np.float64)) / 3600
    return float(made.quantity[place]), float(made.price[place]), float(hours)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0 B A 10 @ 2", (10, 2, 0)),
        ("0 B A 10 @ 2\n1 B A 30 @ 4", (40, 3.5, 0)),
        ("0 B A 10 @ 2\n1 S A 4 @ 9", (6, 2, 0)),  # reducing leaves the cost
        ("0 B A 10 @ 2\n1 S A 10 @ 9", (0, 0, 1)),  # a full close sets it to 0
        ("0 B A 10 @ 2\n1 S A 10 @ 9\n2 B A 1 @ 5", (1, 5, 2)),
        ("0 B A 10 @ 2\n1 S A 15 @ 9", (-5, 9, 1)),  # crossing zero: the trade's
        ("0 S A 10 @ 2\n1 S A 30 @ 4", (-40, 3.5, 0)),
        ("0 S A 10 @ 2\n1 B A 4 @ 1", (-6, 2, 0)),
        ("0 S A 10 @ 2\n1 B A 10 @ 1", (0, 0, 1)),
        ("0 S A 10 @ 2\n1 B A 12 @ 1", (2, 1, 1)),
        ("0 B A 0 @ 2", (0, 2, 0)),
        ("0 B A 0 @ 2\n1 S A 0 @ 3", (0, 0, 1)),
        ("0 B A 10 @ 2\n1 B A 0 @ 9", (10, 2, 0)),
    ],
)
def test_average_cost(text: str, wanted: tuple[float, float, float]) -> None:
    assert position(measure(told(text), quoted())) == wanted


def test_nothing_is_recorded_while_the_portfolio_is_empty() -> None:
    made = measure(told("0 B A 10 @ 2\n1 S A 10 @ 3\n2 B B 1 @ 1"), quoted())
    assert cells(made, "A") == [1, 0, 0, 0]
    assert nothing(cells(made, "B"))
    assert np.isnan(made.time_series().alone[[0, 2]]).all()


def test_a_purchase_is_evaluated_too() -> None:
    made = measure(told("0 B A 10 @ 2\n1 B A 10 @ 3\n2 B B 1 @ 1"), quoted("2 A 1"))
    assert cells(made, "A") == [0, 0, 1, 1]
    assert cells(made, "A", Method.TOTAL) == [0, 0, 10, 20]  # the old quantity
    assert cells(made, "A", Method.VALUE) == pytest.approx([0, 0, 0.25, -0.3])  # 2 trades of A
    assert nothing(cells(made, "B"))


def test_trades_of_no_shares_count_by_their_side() -> None:
    text = "0 B A 10 @ 2\n1 B A 0 @ 3\n2 S A 0 @ 3"
    made = measure(told(text), quoted())
    assert cells(made, "A") == [1, 0, 2, 0]
    assert cells(made, "A", Method.TOTAL) == [0, 0, 20, 0]


def test_trades_of_the_same_moment_keep_the_order_of_the_file() -> None:
    text = "0 B A 10 @ 2\n0 B A 10 @ 4\n0 S A 10 @ 4\n0 S A 10 @ 1"
    made = measure(told(text), quoted())
    assert position(made) == (0, 0, 0)
    assert cells(made, "A") == [1, 1, 2, 0]
    assert cells(made, "A", Method.DURATION) == [0, 0, 0, 0]


def test_a_price_equal_to_the_cost_is_neither() -> None:
    made = measure(told("0 B A 10 @ 2\n1 S A 10 @ 2"), quoted())
    assert cells(made, "A") == [0, 0, 0, 0]
    assert made.summaries()["DE_count"].n == 1  # evaluated, and nothing


def test_shorts() -> None:
    text = "0 S A 10 @ 3\n1 B A 4 @ 2\n2 B B 1 @ 1\n3 B A 20 @ 4"
    quotes = quoted("2 A 4\n3 B 2")
    made = measure(told(text), quotes)
    assert cells(made, "A") == [1, 1, 1, 1]
    assert cells(made, "A", Method.TOTAL) == [4, 6, 6, 6]  # overshooting is no gain
    without = measure(told(text), quotes, allow_short=False)
    assert cells(without, "A") == [0, 0, 0, 0]
    assert cells(without, "B") == cells(made, "B") == [0, 0, 1, 0]
    assert position(without) == position(made) == (14, 4, 3)  # the position goes negative anyhow


def test_a_missing_price_drops_the_asset_and_is_listed() -> None:
    text = "0 B A 10 @ 2\n1 B B 1 @ 1\n2 B C 1 @ 1\n3 S C 1 @ 2"
    made = measure(told(text), quoted("1 A 3\n2 A 3\n3 B 5"))
    assert made.missing == (MissingPrice(2, "B"), MissingPrice(3, "A"))
    assert cells(made, "A") == [0, 0, 2, 0]
    assert cells(made, "B") == [0, 0, 1, 0]
    assert cells(made, "C") == [1, 0, 0, 0]
    with_gap = measure(told(text), quoted("1 A 3\n2 A 3\n2 B nan\n3 B 5\n3 A nan"))
    assert with_gap.missing == made.missing


def test_when_nothing_can_be_looked_at_the_traded_asset_is_evaluated_to_zero() -> None:
    made = measure(told("0 B A 10 @ 2\n1 B B 1 @ 1"), quoted())
    assert made.missing == (MissingPrice(1, "A"),)
    assert nothing(cells(made, "A"))
    assert cells(made, "B") == [0, 0, 0, 0]
    assert made.time_series().alone[1].tolist() == [0, 0]


def test_without_exact_prices_the_last_one_counts() -> None:
    text, quotes = "0 B A 10 @ 2\n5 B B 1 @ 1", "1 A 1\n4 A 3\n6 A 1\n0 C 5"
    assert measure(told(text), quoted(quotes)).missing == (MissingPrice(1, "A"),)
    made = measure(told(text), quoted(quotes), exact_market_prices=False)
    assert cells(made, "A") == [0, 0, 1, 0]
    assert made.missing == ()
    late = measure(told(text), quoted("6 A 1\n0 0 5\n0 Z 5"), exact_market_prices=False)
    assert late.missing == (MissingPrice(1, "A"),)


def test_of_equal_moments_the_last_row_counts() -> None:
    for quotes in ("1 A 1\n1 A 3", "1 B 9\n1 A 1\n0 A 1\n1 A 3"):
        for exact in (True, False):
            made = measure(
                told("0 B A 10 @ 2\n1 B B 1 @ 1"), quoted(quotes), exact_market_prices=exact
            )
            assert cells(made, "A") == [0, 0, 1, 0]


def test_closest_prices_as_in_the_tests_of_the_package() -> None:
    moments = np.array(["2021-01-01T10:00", "2021-01-01T10:45", "2021-02-01T10:00"] * 2)
    prices = MarketPrices.from_arrays(
        ["A"] * 3 + ["B"] * 3, moments.astype("datetime64[s]"), [10, 100, 150, 2, 0.5, 1000]
    )
    asked = ["2021-01-01T10:40", "2021-01-01T10:45", "2021-02-01T10:00", "2022-01-01T10:45"]
    seconds = np.array(asked, dtype="datetime64[s]").astype(np.float64)
    asset = np.array([0, 0, 1, 1])
    latest = prices.at(("A", "B"), asset, seconds, exact=False)
    assert latest.tolist() == [10, 100, 1000, 1000]
    exact = prices.at(("A", "B"), asset, seconds, exact=True)
    assert np.array_equal(exact, [np.nan, 100, 1000, np.nan], equal_nan=True)


def test_within_the_threshold_only_what_is_realised_counts() -> None:
    text = "0 B A 10 @ 2\n1 B B 1 @ 1\n2 S A 5 @ 3\n3 B C 1 @ 1\n8 B C 1 @ 2"
    quotes = quoted("1 A 3\n2 B 2\n3 A 3\n3 B 2\n8 A 1\n8 B 2")
    made = measure(told(text), quotes, time_threshold="2 hours")
    assert cells(made, "A") == [1, 0, 0, 1]
    assert cells(made, "A", Method.TOTAL) == [5, 0, 0, 5]
    assert cells(made, "B") == [0, 0, 1, 0]
    assert cells(made, "C") == [0, 0, 1, 0]
    assert made.time_series().alone[1].tolist() == [0, 0]  # B was not held: a row of zeros
    assert cells(measure(told(text), quotes), "A") == [1, 0, 3, 1]


def test_the_sign_of_the_portfolio_chooses_the_table() -> None:
    text = "0 B A 10 @ 2\n1 B B 10 @ 2\n2 S A 5 @ 1\n3 S B 5 @ 9"
    positive, negative = measure(told(text), quoted("1 A 2\n2 B 2.5\n3 A 1")).driven_by_portfolio()
    # 0 is not a loss; then -10 + 5; then 70 - 5.
    assert positive.cell(Cell.PL, Method.COUNT).tolist() == [1, 0]
    assert negative.cell(Cell.RL, Method.COUNT).tolist() == [1, 0]
    assert negative.cell(Cell.PG, Method.COUNT).tolist() == [0, 1]
    assert positive.cell(Cell.RG, Method.COUNT).tolist() == [0, 1]
    assert positive.cell(Cell.PL, Method.VALUE).tolist() == [-0.25, 0]  # over both trades of A


@pytest.mark.skipif(
    np.finfo(np.longdouble).eps == np.finfo(np.float64).eps,
    reason="this machine has no longer numbers to add with, as R has where there are",
)
def test_a_portfolio_that_is_even_but_for_the_last_digit() -> None:
    """1.2 - 1, 3 - 1 and 7.8 - 10 add up to 0 in doubles, to -2e-16 in the way R adds."""
    text = "0 B A 1 @ 1\n0 B B 1 @ 1\n0 B C 1 @ 10\n1 B D 1 @ 1"
    made = measure(told(text), quoted("0 A 1\n0 B 1\n1 A 1.2\n1 B 3\n1 C 7.8"))
    assert made.evaluations.worth[-1] < 0
    assert made.driven_by_portfolio()[1].cell(Cell.PG, Method.COUNT)[0] == 1


def test_the_value_of_a_portfolio_skips_what_has_no_price() -> None:
    text = "0 B A 10 @ 2\n1 B B 10 @ 2\n2 S B 5 @ 1"
    _, negative = measure(told(text), quoted()).driven_by_portfolio()
    assert negative.cell(Cell.RL, Method.COUNT)[1] == 1


def test_the_series_of_one_asset() -> None:
    text = "0 B A 10 @ 2\n1 B B 10 @ 2\n2 S A 5 @ 3\n3 S B 5 @ 9"
    series = measure(told(text), quoted("1 A 3\n2 B 2\n3 A 1")).time_series("A")
    assert np.array_equal(series.so_far[:, 0], [np.nan, 0, 1 / 3, 1 / 3], equal_nan=True)
    assert np.array_equal(series.alone[:, 0], [np.nan, 0, 0.5, 0], equal_nan=True)
    with pytest.raises(ValueError, match="not in tuple"):
        measure(told(text), quoted()).time_series("Z")


def test_no_transactions_at_all() -> None:
    made = measure(Transactions.from_arrays([], [], [], [], []), quoted("0 A 1"))
    assert made.assets == ()
    assert made.table.amounts.shape == (0, 4, 4)
    assert made.summaries()["DE_count"].n == 0
    assert made.time_series().so_far.shape == (0, 2)
    assert made.driven_by_portfolio()[0].amounts.shape == (0, 4, 4)


def test_one_transaction() -> None:
    made = measure(told("0 B A 1 @ 1"), quoted())
    assert nothing(cells(made, "A"))
    assert made.summaries()["DE_value"].n == 0
    assert np.isnan(made.time_series().so_far).all()


@pytest.mark.parametrize("exact", [True, False])
def test_prices_of_a_series_and_of_days(exact: bool) -> None:
    days = np.array(["2021-01-04", "2021-01-05"], dtype="datetime64[D]")
    daily = Prices.from_closes(("B", "A"), days, np.array([[1.0, 2.0], [np.nan, 3.0]]))
    dated = Transactions.from_arrays(
        ["A", "B", "A"], ["B"] * 3, [1, 1, 1], [1, 1, 1], days[[0, 0, 1]]
    )
    times = days.astype("datetime64[s]").astype(np.float64)
    series = {"B": (times[:1], np.array([1.0])), "A": (times, np.array([2.0, 3.0]))}
    by_days, by_series = (
        measure(dated, prices, exact_market_prices=exact)
        for prices in (MarketPrices.from_closes(daily), MarketPrices.from_series(series))
    )
    assert cells(by_days, "A") == [0, 0, 1, 0]
    assert by_days.missing == ((MissingPrice(2, "B"),) if exact else ())
    assert np.array_equal(by_days.table.amounts, by_series.table.amounts, equal_nan=True)
    assert by_days.missing == by_series.missing
    assert MarketPrices.from_series({}).price.size == 0


@pytest.mark.parametrize(
    ("kind", "quantity", "price", "time", "said"),
    [
        (["B", "Buy"], [1, 1], [1, 1], [0, 1], "Buy"),
        (["B", "S"], [1], [1, 1], [0, 1], "differ in length"),
        (["B", "S"], [1, -1], [1, 1], [0, 1], "negative or missing"),
        (["B", "S"], [1, 1], [1, np.nan], [0, 1], "negative or missing"),
        (["B", "S"], [1, np.inf], [1, 1], [0, 1], "negative or missing"),
        (["B", "S"], [1, 1], [1, 1], [1, 0], "backwards"),
        (["B", "S"], [1, 1], [1, 1], [0, np.nan], "time is missing"),
        (["B", "S"], [1, 1], [1, 1], np.array([0, "NaT"], dtype="M8[s]"), "time is missing"),
    ],
)
def test_transactions_that_cannot_be_used(
    kind: list[str], quantity: list[float], price: list[float], time: list[float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Transactions.from_arrays(["A", "B"], kind, quantity, price, time)


def test_columns_of_prices_that_differ_in_length() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        MarketPrices.from_arrays(["A"], [0], [1, 2])


def test_an_unknown_threshold() -> None:
    with pytest.raises(UnknownThreshold, match="1 month"):
        measure(told("0 B A 1 @ 1"), quoted(), time_threshold="1 month")
